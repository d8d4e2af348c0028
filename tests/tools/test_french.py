"""French typography, added to what translators write."""

from __future__ import annotations

import pytest

from tools.french import typographic

THIN, FIXED = "\u202f", "\u00a0"
CASES = [
    ("Vraiment ?", f"Vraiment{THIN}?"),
    ("Vraiment?", f"Vraiment{THIN}?"),
    ("« oui »", f"«{THIN}oui{THIN}»"),
    ("«oui»", f"«{THIN}oui{THIN}»"),
    ("Besoin : une hotte ; vite", f"Besoin{FIXED}: une hotte{THIN}; vite"),
    ("Besoin: une hotte; vite", f"Besoin{FIXED}: une hotte{THIN}; vite"),
    ("l'accord d'%(name)s", "l’accord d’%(name)s"),
    ("à 9:30, sur https://example.org/?a=b", "à 9:30, sur https://example.org/?a=b"),
    ("Marc &amp; fils &nbsp; ici", "Marc &amp; fils &nbsp; ici"),
    ('<a href="%(url)s">ici</a>', '<a href="%(url)s">ici</a>'),
    ("20 %% des clients", f"20{FIXED}%% des clients"),
    ("%(won)d sur %(all)d", f"%(won)d{FIXED}sur{FIXED}%(all)d"),
    ("%(share)d %%", f"%(share)d{FIXED}%%"),
    ("Attendez...", "Attendez…"),
    ("%(name)s ?", f"%(name)s{THIN}?"),
]


@pytest.mark.parametrize(("written", "printed"), CASES)
def test_spaces_quotes_and_apostrophes_are_those_of_a_careful_printer(written: str, printed: str) -> None:
    assert typographic(written) == printed


@pytest.mark.parametrize(("written", "printed"), CASES)
def test_doing_it_twice_changes_nothing(written: str, printed: str) -> None:
    assert typographic(printed) == printed
