"""`python -m entremise.demo`: play the invented network into the installation that the environment describes."""

from __future__ import annotations

import logging
import os
import sys

import django


def main() -> int:
    """Prepare Django, play, and return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entremise.config.settings")
    django.setup()
    logging.getLogger("entremise").setLevel(logging.WARNING)  # the story is told, not the work behind it
    from entremise.demo import play

    return play.main()


if __name__ == "__main__":
    sys.exit(main())
