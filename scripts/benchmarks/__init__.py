"""The benchmarks behind docs/performance.md; run them with `python3 scripts/bench.py`."""
