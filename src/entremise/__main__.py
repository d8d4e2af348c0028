"""The `entremise` command: `python -m entremise` is the same."""

from __future__ import annotations

import sys

from entremise.cli.command import main

if __name__ == "__main__":
    sys.exit(main())
