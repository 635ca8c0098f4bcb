"""Runs the benchmarks: `python3 scripts/bench.py [name…] [--json FILE] [--document FILE] [--friends N]`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from scripts.benchmarks import click, lookups, page, sends, sockets, starts, webhooks
from scripts.benchmarks.bench import Bench, NotRun, Unexpected
from scripts.benchmarks.processes import DidNotStart
from scripts.benchmarks.report import Table, as_markdown, is_busy, machine, update_document, write_json

BENCHMARKS: dict[str, Callable[[Bench], Awaitable[Table]]] = {
    "webhooks": webhooks.measure,
    "sockets": sockets.measure,
    "lookup": lookups.measure,
    "sends": sends.measure,
    "click": click.measure,
    "start": starts.measure_start,
    "memory": starts.measure_memory,
    "page": page.measure,
}


def main(arguments: list[str]) -> int:
    """Run the named benchmarks (all without a name); 1 when a figure could not be trusted or taken."""
    parser = argparse.ArgumentParser(prog="bench.py", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures there")
    parser.add_argument(
        "--document",
        type=Path,
        metavar="FILE",
        help="also put the tables into a document (docs/performance.md)",
    )
    parser.add_argument("--friends", type=int, default=1_000_000, help="friends in the big registry")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    described = machine()
    print(" · ".join(f"{name} {value}" for name, value in described.items() if value is not None))
    if is_busy():
        print("This machine is busy with other work: the figures will be lower than it can do.", flush=True)
    tables, not_run, failed = asyncio.run(_run(options.names or list(BENCHMARKS), options.friends))
    for name, reason in not_run.items():
        print(f"\n{name}: not run: {reason}", file=sys.stderr)
    if options.json:
        write_json(options.json, described, tables, not_run)
    if options.document:
        update_document(options.document, described, tables)
    return 1 if failed else 0


async def _run(names: list[str], friends: int) -> tuple[list[Table], dict[str, str], bool]:
    """The tables, why what was not run was not, and whether a figure could not be taken."""
    tables: list[Table] = []
    not_run: dict[str, str] = {}
    failed = False
    with tempfile.TemporaryDirectory(prefix="ittsu-bench-") as folder:
        bench = Bench(Path(folder), friends)
        for name in names:
            try:
                table = await BENCHMARKS[name](bench)
            except NotRun as reason:
                not_run[name] = str(reason)
                continue
            except (Unexpected, DidNotStart, TimeoutError, OSError) as trouble:
                print(f"\n{name}: no figure: {trouble!r}", file=sys.stderr, flush=True)
                failed = True
                continue
            tables.append(table)
            print(f"\n{as_markdown(table)}", flush=True)
    return tables, not_run, failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
