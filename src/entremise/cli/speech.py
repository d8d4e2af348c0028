"""In which language the command line speaks: the installation's where one was chosen, else the terminal's."""

from __future__ import annotations

import os

from django.conf import settings
from django.utils import translation

_TERMINAL = ("LC_ALL", "LC_MESSAGES", "LANG")


def speak() -> None:
    """Speak French or English from now on: as ENTREMISE_LANGUAGE says, else as the terminal is set, else French."""
    chosen = os.environ.get("ENTREMISE_LANGUAGE", "")
    spoken = next((value for value in map(os.environ.get, _TERMINAL) if value), "")
    translation.activate(settings.LANGUAGE_CODE if chosen else "en" if spoken.startswith("en") else "fr")


def lines(*said: str) -> None:
    """Write to standard output, a line each."""
    for line in said:
        print(line, flush=True)
