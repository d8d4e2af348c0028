"""Trades that may not pay, or be paid, for a recommendation, and why (R25).

Data with reasons, for France; elsewhere the orders of these professions have rules much alike. It warns: it is no legal
advice, and a trade that is not on the list may still have rules of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from entremise.catalogue.folding import typeset


@dataclass(frozen=True, kw_only=True, slots=True)
class NoPay:
    """Why a trade may not pay for recommendations; `only_limited`: it may, under conditions the reason tells."""

    only_limited: bool
    reason_fr: str
    reason_en: str

    def reason(self, language: str) -> str:
        """Return the reason: French for "fr" and its variants, English otherwise."""
        return self.reason_fr if language.startswith("fr") else self.reason_en


@cache
def _rows() -> Mapping[str, NoPay]:
    text = files("entremise.catalogue").joinpath("data/paying.tsv").read_text("utf-8")
    found: dict[str, NoPay] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        why = NoPay(
            only_limited=row["rule"] == "limited", reason_fr=typeset(row["reason_fr"]), reason_en=row["reason_en"]
        )
        found |= dict.fromkeys(row["trades"].split("|"), why)
    return found


def may_not_pay(trade: str) -> NoPay | None:
    """Return why the trade with this key may not pay for recommendations; None for a trade that is not on the list."""
    return _rows().get(trade)


def listed() -> Mapping[str, NoPay]:
    """Return every trade of the list, by key."""
    return dict(_rows())
