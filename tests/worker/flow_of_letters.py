"""The plainest scenario for the kill harness: each act makes two messages, one of which the wall stops at times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter
from entremise.outbox import actions, queries


@transaction.atomic
def act(n: int, now: datetime, chance: Chance) -> None:
    """Make the two messages of one act, together or not at all."""
    for side in ("receiver", "client"):
        payload: dict[str, JSON] = {"n": n, "side": side}
        actions.enqueue(job="flow", key=f"{n}:{side}", payload=payload, due=now, now=now, chance=chance)


def write(payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    """Write the letter, unless it is a client's whose number ends with 7."""
    side, n = payload["side"], int(str(payload["n"]))
    if side == "client" and n % 10 == 7:
        return None
    return Letter(to=f"{side}{n}@example.org", subject=f"{side} {n}", text=f"{side} {n}\n", html=f"<p>{n}</p>\n")


def complaints() -> list[str]:
    """Return what is wrong: an act with one message, or a message dropped that should have left."""
    counted = queries.counts()
    total = sum(counted.values())
    return [] if total % 2 == 0 else [f"{total} messages: an act happened by half"]


RENDERERS = {"flow": write}
PERIODIC = ()
