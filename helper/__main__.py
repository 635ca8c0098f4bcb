"""`python -m helper` is the `ittsu` command."""

import sys

from helper.cli import main

if __name__ == "__main__":
    sys.exit(main())
