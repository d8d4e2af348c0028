"""Translations: every text has its French, and Québec's words stand over it."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from django.utils import translation

from tests.structure.repository import ROOT


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_every_text_of_the_sources_has_its_french() -> None:
    tool = ROOT / "tools" / "messages.py"
    said = subprocess.run([sys.executable, tool, "check"], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def test_what_quebec_does_not_say_otherwise_is_said_in_french() -> None:
    with translation.override("fr"):
        french = translation.gettext("Your name")
    with translation.override("fr-ca"):
        assert translation.gettext("Your name") == french
    with translation.override("en"):
        assert translation.gettext("Your name") == "Your name"
    assert french != "Your name"
