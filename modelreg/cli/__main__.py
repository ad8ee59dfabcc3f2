"""`python -m modelreg.cli`, the same as `python -m modelreg`."""

import sys

from modelreg.cli import main

if __name__ == "__main__":
    sys.exit(main())
