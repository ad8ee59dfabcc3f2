"""`python -m modelreg`: the command line."""

import sys

from modelreg._cli import main

if __name__ == "__main__":
    sys.exit(main())
