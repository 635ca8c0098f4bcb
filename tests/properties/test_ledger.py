"""The ledger against a model that is as simple as the rule: whatever happens, in whatever order."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from helper.flows.quota import take_in
from helper.model.quota import month_of
from helper.store import quota
from helper.store.sqlite import open_sqlite

A = "1234567890"
NOW = 1_795_000_000_000
MONTH = month_of(NOW)


class Ledger(RuleBasedStateMachine):
    """`line` is what LINE has truly counted; its figure lags behind by any amount."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.db = self.runner.run(open_sqlite(Path(self.folder.name) / "ledger.db"))
        self.reserved: list[str] = []
        self.number = 0
        self.spent = 0
        self.others = 0
        self.told = 0

    def teardown(self) -> None:
        self.runner.run(self.db.close())
        self.runner.close()
        self.folder.cleanup()

    def write(self, work: Any) -> Any:
        return self.runner.run(self.db.write(work))

    @initialize(allowance=st.integers(0, 12), floor=st.integers(0, 3))
    def connect(self, allowance: int, floor: int) -> None:
        self.allowance, self.floor = allowance, floor
        self.write(lambda tx: take_in(tx, A, allowance, 0, NOW))
        self.write(lambda tx: quota.set_floor(tx, A, MONTH, floor))

    @rule()
    def reserve(self) -> None:
        self.number += 1
        name = f"m{self.number}"
        before = self.counter()
        taken = self.write(lambda tx: quota.reserve(tx, A, MONTH, name, "t", NOW))
        assert taken == (before.remaining > 0)
        if taken:
            self.reserved.append(name)

    @precondition(lambda self: self.reserved)
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        name = self.reserved.pop(data.draw(st.integers(0, len(self.reserved) - 1)))
        self.write(lambda tx: quota.settle(tx, A, MONTH, name, "t", NOW))
        self.spent += 1

    @precondition(lambda self: self.reserved)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        name = self.reserved.pop(data.draw(st.integers(0, len(self.reserved) - 1)))
        self.write(lambda tx: quota.release(tx, A, MONTH, name, "t", NOW))

    @rule(count=st.integers(1, 3))
    def others_send(self, count: int) -> None:
        self.others += count

    @rule(data=st.data())
    def line_tells(self, data: st.DataObject) -> None:
        truth = self.spent + self.others
        self.told = data.draw(st.integers(min(self.told, truth), truth))
        before = self.counter().remaining
        self.write(lambda tx: take_in(tx, A, self.allowance, self.told, NOW))
        assert self.counter().remaining <= before, "a figure of LINE's never gives messages back"

    def counter(self) -> Any:
        return self.runner.run(self.db.read(lambda reader: quota.current_counter(reader, A, MONTH)))

    @invariant()
    def never_more_than_is_left_as_far_as_line_has_told(self) -> None:
        if not hasattr(self, "allowance"):
            return
        counter = self.counter()
        assert counter.remaining >= 0
        assert (counter.spent, counter.reserved) == (self.spent, len(self.reserved))
        others_told = max(0, self.told - self.spent)
        left = self.allowance - self.floor - self.spent - len(self.reserved) - others_told
        assert counter.remaining <= max(0, left)

    @invariant()
    def rows_add_up(self) -> None:
        rows = self.runner.run(self.db.read(lambda reader: quota.ledger_sums(reader, A)))
        for row in rows:
            assert (row["spent"], row["reserved"], row["elsewhere"]) == (
                row["row_spent"],
                row["row_reserved"],
                row["row_elsewhere"],
            )


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=40, stateful_step_count=30)
