"""The `ittsu` command as a person or a script runs it."""
