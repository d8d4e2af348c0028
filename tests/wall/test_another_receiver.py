"""Nobody can tell what a referrer who is asked once for a need answered, when another receiver is tried (R5b, R7)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from tests.wall import features
from tests.wall.acting import paul_says_yes, tries_paul
from tests.wall.features import Group, Seen, World
from tests.wall.observed import assert_equal
from tests.wall.staging import Act, Script, met_through_francois, says_no, says_yes, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]

_ASKED: Script = ((0, met_through_francois("marc")), (0, send))
_ALLOWED: Script = (*_ASKED, (1, says_yes("francois")))
_NO: tuple[float, Act] = (2, says_no("francois"))
_SEVENTEEN = 24 * 17


def _worlds(begin: Script, also: Mapping[str, tuple[tuple[float, Act], ...]]) -> dict[str, World]:
    return {name: World(script=(*begin, *more)) for name, more in {"nothing": (), **also}.items()}


GROUPS: Mapping[str, Group] = {
    "tried while the question is open": Group(
        watching=("giver", "client"),
        grid=(9, 24 * 14.5, 24 * 16, 24 * 18),
        everywhere=(9, 24 * 18),
        worlds=_worlds(
            (*_ASKED, (8, tries_paul)),
            {
                "no": (_NO,),
                "taken back": ((2, says_yes("francois", takes_part=True)), (2.1, says_no("francois"))),
                "no, after it began": ((8.5, says_no("francois")),),
                "refuses everything": ((2, says_no("francois", scope="all")),),
            },
        ),
    ),
    "tried long after": Group(
        watching=("giver",),
        grid=(_SEVENTEEN + 2, 24 * 25, 24 * 34),
        everywhere=(_SEVENTEEN + 2, 24 * 34),
        worlds=_worlds(
            (*_ASKED, (_SEVENTEEN, tries_paul)),
            {"no": (_NO,), "refuses this giver": ((2, says_no("francois", scope="giver")),)},
        ),
    ),
    "tried on a permission that was given": Group(
        watching=("giver", "client"),
        grid=(9, 24 * 8, 24 * 23),
        everywhere=(9, 24 * 23),
        worlds=_worlds(
            (*_ALLOWED, (8, tries_paul)),
            {
                "withdrawn before it began": ((4, says_no("francois")),),
                "withdrawn after it began": ((8.5, says_no("francois")),),
            },
        ),
    ),
    "withdrawn while the client is asked": Group(
        watching=("giver", "client"),
        grid=(9, 12, 24 * 8, 24 * 38),
        everywhere=(12, 24 * 38),
        worlds=_worlds((*_ALLOWED, (8, tries_paul), (9, paul_says_yes)), {"withdrawn": ((10, says_no("francois")),)}),
    ),
}
PAIRS = [(name, world) for name, group in GROUPS.items() for world in list(group.worlds)[1:]]


@cache
def _first(name: str) -> Seen:
    return features._observed(GROUPS[name], "nothing")


@pytest.mark.parametrize(
    ("name", "which"), [pytest.param(*pair, marks=pytest.mark.xdist_group(pair[0])) for pair in PAIRS]
)
def test_what_was_answered_for_the_need_shows_to_nobody(name: str, which: str) -> None:
    """R5b, R7, R38, R39."""
    group = GROUPS[name]
    first, second = _first(name), features._observed(group, which)
    for watcher in group.watching:
        assert first[watcher], f"{watcher} saw nothing at all"
        assert_equal(first[watcher], second[watcher], about=f"{watcher}, {name}: {which}")
