"""The pairs of worlds that somebody must not be able to tell apart, and the checks that compare them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from tests.cast import MONDAY
from tests.wall import guises
from tests.wall.observed import Record, assert_equal, own_tokens_fixed, seals_fixed
from tests.wall.staging import (
    REFERENCE_EXAMPLE,
    Act,
    Before,
    Script,
    apart,
    hours,
    met_through_francois,
    play,
    says_no,
    says_yes,
    scene,
    send,
    sends_another,
    stop,
)

Seen = dict[str, list[Record]]
OTHERS = ("other member", "stranger")

# -- another person, the same story -------------------------------------------------------------------------------

_TO_CLIENT: Script = ((0, send), (2, says_yes("ines")))
_TO_NAME: Script = (*_TO_CLIENT, (5, says_yes("marc")))
_THROUGH: Script = ((0, met_through_francois("ines")), (0, send))
_ALLOWED: Script = ((1, says_yes("francois", takes_part=True)),)
_ALL_AGREE: Script = ((3, says_yes("ines")), (5, says_yes("marc")), (9, says_yes("marc", 1)))
ENDINGS: Mapping[str, Script] = {
    "nobody answers": ((0, send),),
    "the reference example": REFERENCE_EXAMPLE,
    "the receiver says no": ((0, send), (2, says_no("ines"))),
    "the receiver withdraws": (*_TO_NAME[:2], (4, says_no("ines")), *_TO_NAME[2:]),
    "the giver stops": (*_TO_CLIENT, (4, stop)),
    "the client says no": (*_TO_CLIENT, (5, says_no("marc"))),
    "the client stays silent": _TO_CLIENT,
    "the name is refused": (*_TO_NAME, (9, says_no("marc", 1))),
    "a referrer of the receiver takes part": (*_THROUGH, *_ALLOWED, *_ALL_AGREE),
    "a referrer of the client takes part": ((0, met_through_francois("marc")), (0, send), *_ALLOWED, *_ALL_AGREE),
    "a referrer is asked": _THROUGH,
}
EVERYBODY = frozenset({"ines", "marc"})
MARC_CHANGED = {"marc": guises.MARC_B}
INES_CHANGED = {"ines": guises.INES_B}

# (ending, who is somebody else, who watches, until when, who has an account)
INTRODUCED, NAMED, _ALWAYS = 9.25, 5.25, 1e6
IDENTITIES: Sequence[tuple[str, dict[str, Any], tuple[str, ...], float, frozenset[str]]] = (
    ("the reference example", MARC_CHANGED, ("receiver",), INTRODUCED, frozenset()),
    ("the reference example", INES_CHANGED, ("client",), NAMED, frozenset()),
    ("the reference example", MARC_CHANGED, ("receiver",), INTRODUCED, EVERYBODY),
    ("the reference example", INES_CHANGED, ("client",), NAMED, EVERYBODY),
    ("the reference example", {**MARC_CHANGED, **INES_CHANGED}, OTHERS, _ALWAYS, EVERYBODY),
    ("the client says no", MARC_CHANGED, ("receiver",), _ALWAYS, frozenset()),
    ("the client stays silent", MARC_CHANGED, ("receiver",), _ALWAYS, EVERYBODY),
    ("the name is refused", MARC_CHANGED, ("receiver",), _ALWAYS, frozenset()),
    ("the receiver says no", INES_CHANGED, ("client",), _ALWAYS, EVERYBODY),
    ("the receiver withdraws", INES_CHANGED, ("client",), _ALWAYS, frozenset()),
    ("the giver stops", INES_CHANGED, ("client",), _ALWAYS, frozenset()),
    ("the giver stops", MARC_CHANGED, ("receiver",), _ALWAYS, frozenset()),
    ("nobody answers", MARC_CHANGED, ("receiver",), 24 * 5, EVERYBODY),
    ("a referrer of the receiver takes part", MARC_CHANGED, ("referrer", "receiver"), INTRODUCED, frozenset()),
    ("a referrer of the client takes part", INES_CHANGED, ("referrer",), INTRODUCED, frozenset()),
    ("a referrer is asked", MARC_CHANGED, ("referrer",), _ALWAYS, frozenset()),
)
WAITING = next(n for n, pair in enumerate(IDENTITIES) if pair[0] == "nobody answers")


def watch(
    script: Script,
    *,
    watching: Sequence[str],
    grid: Sequence[float],
    everywhere: Sequence[float] = (3, 24 * 16),
    **cast: Any,
) -> Seen:
    """Return what the watching observers receive in a world of its own."""
    with apart():
        return play(script, scene(**cast), watching=watching, grid=grid, everywhere=everywhere)


def check_identity(
    ending: str,
    changed: dict[str, Any],
    watching: tuple[str, ...],
    until: float,
    members: frozenset[str],
    *,
    grid: Sequence[float] | None = None,
    everywhere: Sequence[float] = (3, 24 * 16),
) -> None:
    """Raise Leaked where a watching observer can tell, before `until`, that somebody else is hidden (R4)."""
    grid = [hour for hour in grid or hours(days=32, closely=until < _ALWAYS) if hour < until + 24]
    first, second = (
        watch(ENDINGS[ending], watching=watching, grid=grid, everywhere=everywhere, members=members, **cast)
        for cast in ({}, changed)
    )
    limit = MONDAY + timedelta(hours=min(until, 24 * 365))
    for name in watching:
        left, right = (seals_fixed(record for record in seen[name] if record.at < limit) for seen in (first, second))
        assert left, f"{name} saw nothing at all"
        assert_equal(left, right, about=f"{name}, {ending}")


# -- another cause, the same end (R7) -----------------------------------------------------------------------------

_ALL, _GIVER = "all", "giver"
Cause = tuple[Script, dict[str, Any]]


def _then(begin: Script, *more: tuple[float, Act], **before: str) -> Cause:
    return (*begin, *more), {"before": Before(**before)}


# Of each group every cause must look the same to those who watch; the first is what the others are held against.
_ASKED: Script = ((0, send), (1, sends_another))
_ASKED_NAME = _TO_NAME
CAUSES: Mapping[str, tuple[tuple[str, ...], int, tuple[float, ...], Mapping[str, Cause]]] = {
    "the receiver is asked": (
        ("giver", "client"),
        17,
        (6,),
        {
            "silence": _then(_ASKED),
            "no": _then(_ASKED, (2, says_no("ines"))),
            "taken back": _then(_ASKED, (2, says_yes("ines")), (2.1, says_no("ines"))),
            "refuses everything": _then(_ASKED, (2, says_no("ines", scope=_ALL))),
            "refuses this giver": _then(_ASKED, (2, says_no("ines", scope=_GIVER))),
            "had refused everything": _then(_ASKED, ines="all"),
            "a limit is reached": _then(_ASKED, ines="unanswered"),
            "wants no mail": _then(_ASKED, ines="silenced"),
        },
    ),
    "the client is asked": (
        ("giver", "receiver"),
        32,
        (6, 24 * 31),
        {
            "silence": _then(_TO_CLIENT),
            "no": _then(_TO_CLIENT, (5, says_no("marc"))),
            "taken back": _then(_TO_CLIENT, (5, says_yes("marc")), (5.1, says_no("marc"))),
            "refuses everything": _then(_TO_CLIENT, (5, says_no("marc", scope=_ALL))),
            "had refused everything": _then(_TO_CLIENT, marc="all"),
            "a limit is reached": _then(_TO_CLIENT, marc="unanswered"),
            "wants no mail": _then(_TO_CLIENT, marc="silenced"),
        },
    ),
    "the client knows the name": (
        ("giver", "receiver"),
        32,
        (12, 24 * 32),
        {
            "silence": _then(_ASKED_NAME),
            "not this person": _then(_ASKED_NAME, (9, says_no("marc", 1))),
            "taken back": _then(_ASKED_NAME, (9, says_yes("marc", 1)), (9.1, says_no("marc", 1))),
            "refuses everything": _then(_ASKED_NAME, (9, says_no("marc", 1, scope=_ALL))),
            "the yes in principle is withdrawn": _then(_ASKED_NAME, (9, says_no("marc", 0))),
        },
    ),
    "the receiver or the giver ends it": (
        ("client",),
        32,
        (6, 24 * 16),
        {
            "silence of the client": _then(_TO_CLIENT),
            "the receiver withdraws": _then(_TO_CLIENT, (4, says_no("ines"))),
            "the receiver refuses everything": _then(_TO_CLIENT, (4, says_no("ines", scope=_ALL))),
            "the giver stops": _then(_TO_CLIENT, (4, stop)),
        },
    ),
    "the receiver or the giver ends it, and the client agrees": (
        ("client",),
        32,
        (6, 24 * 16),
        {
            "the receiver withdraws": _then(_TO_NAME, (4, says_no("ines"))),
            "the receiver refuses this giver": _then(_TO_NAME, (4, says_no("ines", scope=_GIVER))),
            "the giver stops": _then(_TO_NAME, (4, stop)),
        },
    ),
    "the receiver or the giver ends it once the name is told": (
        ("client",),
        32,
        (6, 24 * 16),
        {
            "silence of the client": _then(_ASKED_NAME),
            "the receiver withdraws": _then(_ASKED_NAME, (6, says_no("ines"))),
            "the giver stops": _then(_ASKED_NAME, (6, stop)),
        },
    ),
    "for the giver, the receiver withdraws while the client is asked": (
        ("giver",),
        32,
        (6, 24 * 31),
        {
            "silence of the client": _then(_TO_CLIENT),
            "the receiver withdraws": _then(_TO_CLIENT, (4, says_no("ines"))),
            "and the client agrees": _then(_TO_NAME, (4, says_no("ines"))),
        },
    ),
    "for the receiver, the giver stops": (
        ("receiver",),
        32,
        (6, 24 * 31),
        {
            "silence of the client": _then(_TO_CLIENT),
            "the giver stops": _then(_TO_CLIENT, (4, stop)),
            "the giver stops in the hold": _then(_TO_CLIENT, (2.1, stop)),
            "the giver stops once the name is told": _then(_ASKED_NAME, (6, stop)),
        },
    ),
}
QUIET = [(group, cause) for group, (*_, causes) in CAUSES.items() for cause in list(causes)[1:]]


# One plain no is looked at each hour and each day, and everything is tried before and after the end.
_CLOSELY = ("the receiver is asked", "no")


def _observed(group: str, cause: str, grid: Sequence[float], everywhere: Sequence[float]) -> Seen:
    watching, *_, causes = CAUSES[group]
    script, cast = causes[cause]
    seen = watch(script, watching=watching, grid=grid, everywhere=everywhere, **cast)
    return {name: own_tokens_fixed(records) for name, records in seen.items()}


@cache
def _baseline(group: str, grid: tuple[float, ...], everywhere: tuple[float, ...]) -> Seen:
    return _observed(group, next(iter(CAUSES[group][-1])), grid, everywhere)


def check_quiet(
    group: str, cause: str, *, grid: Sequence[float] | None = None, everywhere: Sequence[float] = ()
) -> None:
    """Raise Leaked where somebody else can tell a quiet cause from another one of its group (R7).

    With a grid of one's own the group's first world is played anew: under a planted leak nothing may be remembered.
    """
    watching, days, often, causes = CAUSES[group]
    if grid:
        instants = tuple(grid), tuple(everywhere)
        first = _observed(group, next(iter(causes)), *instants)
    else:
        closely = (group, cause) == _CLOSELY
        instants = hours(days=days, closely=closely), (3, 24 * 16) if closely else often
        first = _baseline(group, *instants)
    second = _observed(group, cause, *instants)
    for name in watching:
        assert_equal(first[name], second[name], about=f"{name}, {group}: {cause}")


# -- a referral, or none ------------------------------------------------------------------------------------------


def check_existence(*, grid: Sequence[float] = (0, 3, 6, 12, 24)) -> None:
    """Raise Leaked where another member, or a stranger, can tell whether a referral exists (R44)."""
    with apart():
        on_stage = scene(members=EVERYBODY)
        play(REFERENCE_EXAMPLE, on_stage, watching=(), grid=())
        uid = on_stage.uid
    tries = (f"/histoire/{uid}/", f"/histoire/{uid}/arreter/", f"/histoire/{uid}/question/{uid}/")
    with apart():
        on_stage = scene(members=EVERYBODY, tries=tries)
        first = play(REFERENCE_EXAMPLE, on_stage, watching=OTHERS, grid=grid)
        assert on_stage.uid == uid, "what is tried must be what exists"
    second = watch((), watching=OTHERS, grid=grid, members=EVERYBODY, tries=tries)
    for name in OTHERS:
        assert any(uid in record.what for record in first[name])
        assert_equal(first[name], second[name], about=f"{name}, a referral or none")
