"""Runs the command line as `python -m modelreg.cli`."""

import sys

from modelreg.cli import main

if __name__ == "__main__":
    sys.exit(main())
