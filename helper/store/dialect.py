"""The spots where SQLite and another engine would differ, and nothing else."""


class SqliteDialect:
    """SQLite's words."""

    identity = "INTEGER PRIMARY KEY"
    clustered = "WITHOUT ROWID"

    def members(self, parameter: str) -> str:
        """The rows of a list parameter, one column `value`; the list travels as JSON text."""
        return f"(SELECT value FROM json_each({parameter}))"

    def holds(self, text: str, part: str) -> str:
        """Whether one text holds another, letter by letter."""
        return f"instr({text}, {part}) > 0"

    def migration(self, text: str) -> str:
        """A migration file in this engine's words."""
        return text.replace("{identity}", self.identity).replace("{clustered}", self.clustered)
