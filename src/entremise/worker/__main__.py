"""`python -m entremise.worker`: the worker alone, until SIGTERM or SIGINT."""

from __future__ import annotations

import os
import sys

import django


def start() -> int:
    """Set Django up, work, and return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entremise.config.settings")
    django.setup()
    from entremise.worker.loop import main  # needs Django set up

    return main()


if __name__ == "__main__":
    sys.exit(start())
