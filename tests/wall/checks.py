"""Checks of single promises of the wall, which the planted leaks and the tests share."""

from __future__ import annotations

import re

from django.test import Client

from entremise.referrals.actions.giving import BriefRefused
from tests.cast import MONDAY
from tests.wall import pairs
from tests.wall.observed import Leaked, held, instant, opening
from tests.wall.staging import REFERENCE_EXAMPLE, UNKNOWN, Scene, apart, play, scene, send

_RANDOM = re.compile(rb"(?<![a-z2-7])[a-z2-7]{26,58}(?![a-z2-7])")
_BEFORE = (0, 3, 6, 9.1)


def check_nothing_joins_the_two_sides() -> None:
    """Raise Leaked where receiver and client hold one same random token before the introduction (R4)."""
    script = [step for step in REFERENCE_EXAMPLE if step[0] < pairs.INTRODUCED]
    seen = pairs.watch(script, watching=("receiver", "client"), grid=_BEFORE)
    receiver, client = (
        {token for record in seen[name] for token in _RANDOM.findall(record.raw)} for name in ("receiver", "client")
    )
    assert receiver
    assert client
    held(not receiver & client, "a token that both sides hold joins them")


def check_the_area_is_wide() -> None:
    """Raise Leaked where a brief names a town although the trade is rare (R4)."""

    def sends_a_rare_trade(on_stage: Scene) -> None:
        on_stage.uid = on_stage.world.send(trade="", trade_words="réglage de carillons")

    seen = pairs.watch(((0, sends_a_rare_trade),), watching=("receiver",), grid=(0,))
    told = b"".join(record.raw for record in seen["receiver"]).decode()
    assert "carillons" in told
    held("Lyon" not in told, "job and town together point at one person")


def check_the_note_is_held_back() -> None:
    """Raise Leaked where a brief that names the client can be sent (R4)."""
    with apart():
        on_stage = scene()
        try:
            on_stage.world.send(note="La cuisine du cedre bleu est à refaire.")
        except BriefRefused:
            return
        raise Leaked("the note named the client, and left")


def check_a_closed_link_looks_unknown() -> None:
    """Raise Leaked where a stranger can tell a link that has lapsed from one that never was."""
    with apart():
        on_stage = scene()
        play(((0, send),), on_stage, watching=(), grid=(24 * 17,))
        token = on_stage.request(on_stage.ines).token
        with instant(on_stage.world.now):
            lapsed, unknown = (opening(Client(), f"/l/{one}/", at=MONDAY) for one in (token, UNKNOWN))
        same = lapsed.raw.replace(token.encode(), UNKNOWN.encode()) == unknown.raw
        held(same, "a link that has lapsed does not look like one that never was")
