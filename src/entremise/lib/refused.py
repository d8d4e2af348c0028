"""What every refusal of something typed has in common: a word for each field that says why."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(ValueError):  # noqa: N818 - named as the fact it states
    """What was typed cannot be kept; `reasons` gives, for each field, one word that a door puts into a sentence."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {reason}" for field, reason in reasons.items()))
        self.reasons = dict(reasons)
