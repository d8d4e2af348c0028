"""More worlds that somebody must not be able to tell apart: what a giver brings, leads, rights, addresses, profiles.

Each group has its watchers, the hours at which they look, and worlds that are one and the same to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.test import override_settings

from entremise.people.queries.profiles import SeenBy
from entremise.protocol.ending import Worth
from entremise.protocol.policy import under
from entremise.protocol.types import Answer, Outcome, Role
from tests.wall.acting import (
    asks_what_is_held,
    brings,
    cannot_reach,
    comes_back,
    corrects,
    ends,
    forgets,
    forgets_everything,
    hears,
    invites,
    is_not_them,
    looks_on,
    paul_says_yes,
    refuses_leads,
    sends_lead,
    sends_to_carry,
    shows,
    takes_up,
    tries_paul,
    writes_down,
)
from tests.wall.observed import Record, assert_equal, own_tokens_fixed
from tests.wall.pairs import ENDINGS, EVERYBODY
from tests.wall.staging import (
    Act,
    Before,
    Script,
    apart,
    met_through_francois,
    play,
    says_no,
    says_yes,
    scene,
    send,
    stop,
)

Seen = dict[str, list[Record]]
_STRICT = "eu-strict"
_RECEIVER, _CLIENT = Role.RECEIVER, Role.CLIENT


@dataclass(frozen=True, kw_only=True)
class World:
    """What happens in one world, and what is different about its people."""

    script: Script
    before: Before = field(default_factory=Before)
    members: frozenset[str] = frozenset()
    law: str = "fr"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Worlds that are the same to those who watch; the first is what the others are held against."""

    watching: tuple[str, ...]
    grid: Sequence[float]
    worlds: Mapping[str, World]
    everywhere: Sequence[float] = field(default=())


def _worlds(begin: Script, also: Mapping[str, tuple[tuple[float, Act], ...] | Before], **more: Any) -> dict[str, World]:
    """Return a world in which nothing more happens, and one for each thing that may happen, or had happened."""
    found = {"nothing": World(script=begin, **more)}
    for name, one in also.items():
        changed = {"before": one} if isinstance(one, Before) else {"script": (*begin, *one)}
        found[name] = replace(found["nothing"], **changed)  # type: ignore[arg-type]
    return found


_UNWELCOME = {"had refused everything": Before(ines="all"), "wants no mail": Before(ines="silenced")}
_KEPT_FROM = {**_UNWELCOME, "a limit is reached": Before(ines="unanswered")}
_SENT: Script = ((0, send),)
_THROUGH: Script = ((0, met_through_francois("ines")), *_SENT)
_ALLOWED_PART: Script = (*_THROUGH, (1, says_yes("francois", takes_part=True)))
_TO_CLIENT: Script = (*_SENT, (2, says_yes("ines")))
_CARRIED: Script = ((0, sends_to_carry("receiver", "client")),)
_CARRIED_ON: Script = ((0, sends_to_carry("client")), (2, says_yes("ines")))
_NAMED: Script = (*_CARRIED_ON, (3, brings(_CLIENT, Answer.YES)))
_WROTE_NO: Script = (*_SENT, (6, writes_down(Answer.NO)))
_WROTE_YES: Script = (*_SENT, (6, writes_down(Answer.YES)))
_SECOND: Script = (*_NAMED, (7, tries_paul), (8, paul_says_yes))
_BOUNCED: Script = (*_SENT, (1, comes_back("ines")))
_INTRODUCED: Script = ENDINGS["the reference example"][:-1]
_LEAD: Script = ((0, sends_lead),)
_PRIVATE = Worth(amount=Decimal("7364519.50"), currency="EUR")
_WON: tuple[float, Act] = (30, ends(Outcome.WON, "Signé."))


def _own_word(base: Script) -> dict[str, World]:
    """Inès said no by her own mail, or nothing may reach her: what is written down afterwards looks the same."""
    return _worlds(
        base, {"no": ((2, says_no("ines")),), "refuses all": ((2, says_no("ines", scope="all")),), **_KEPT_FROM}
    )


def _people(act: Act, *, at: float = 0) -> dict[str, World]:
    """The same act about somebody unknown here, a member, and somebody who refused everything."""
    found = _worlds(((at, act),), _UNWELCOME)
    return {**found, "a member": replace(found["nothing"], members=frozenset({"ines"}))}


def _profiles() -> dict[str, World]:
    member = World(script=((0, shows(None)),), members=frozenset({"ines"}))
    return {
        "no member": replace(member, members=frozenset()),
        "a member without a profile": member,
        "a member who shows it to nobody": replace(member, script=((0, shows(SeenBy.NOBODY)),)),
        "a member who shows it to others": replace(member, script=((0, shows(SeenBy.CHOSEN)),)),
    }


GROUPS: Mapping[str, Group] = {
    "a referrer is asked first": Group(
        watching=("giver", "receiver", "client"),
        grid=(3, 24 * 15, 24 * 16),
        everywhere=(3, 24 * 16),
        worlds=_worlds(
            _THROUGH,
            {
                "no": ((2, says_no("francois")),),
                "taken back": ((2, says_yes("francois", takes_part=True)), (2.1, says_no("francois"))),
                "refuses this giver": ((2, says_no("francois", scope="giver")),),
                "refuses everything": ((2, says_no("francois", scope="all")),),
            },
        ),
    ),
    "a permission is withdrawn": Group(
        watching=("giver", "receiver"),
        grid=(6, 12, 24 * 17, 24 * 31, 24 * 33),
        everywhere=(12, 24 * 33),
        worlds=_worlds(
            (*_ALLOWED_PART, (3, says_yes("ines"))),
            {
                "while the client is asked": ((4, says_no("francois")),),
                "and the client agrees": ((4, says_no("francois")), (5, says_yes("marc"))),
                "and the client does not": ((4, says_no("francois")), (5, says_no("marc"))),
            },
        ),
    ),
    "a referrer who takes part waits": Group(
        watching=("referrer",),
        grid=(3, 24 * 17, 24 * 33, 24 * 65),
        everywhere=(3,),
        worlds=_worlds(
            _ALLOWED_PART,
            {
                "the receiver says no": ((3, says_no("ines")),),
                "the receiver agrees": ((3, says_yes("ines")),),
                "the client says no": ((3, says_yes("ines")), (5, says_no("marc"))),
                "the giver stops": ((3, stop),),
            },
        ),
    ),
    "a link is carried to the receiver": Group(
        watching=("giver",),
        grid=(3, 24 * 8, 24 * 16),
        everywhere=(3, 24 * 8),
        worlds=_worlds(
            _CARRIED,
            {
                "no": ((2, brings(_RECEIVER, Answer.NO)),),
                "taken back": ((2, brings(_RECEIVER, Answer.YES)), (2.1, brings(_RECEIVER, Answer.NO))),
                **_KEPT_FROM,
            },
        ),
    ),
    "a link is carried to the client": Group(
        watching=("giver", "receiver"),
        grid=(6, 24 * 16, 24 * 31),
        everywhere=(6,),
        worlds=_worlds(
            _CARRIED_ON,
            {"no": ((5, brings(_CLIENT, Answer.NO)),), "had refused everything": Before(marc="all")},
        ),
    ),
    "the name is carried": Group(
        watching=("giver", "receiver"),
        grid=(6, 24 * 16, 24 * 31),
        everywhere=(6,),
        worlds=_worlds(
            _NAMED,
            {
                "not this person": ((5, brings(_CLIENT, Answer.NO)),),
                "taken back": ((5, brings(_CLIENT, Answer.YES)), (5.1, brings(_CLIENT, Answer.NO))),
            },
        ),
    ),
    "a no is written down": Group(
        watching=("giver", "client"), grid=(5, 7, 24 * 16), everywhere=(7,), worlds=_own_word(_WROTE_NO)
    ),
    "a yes is written down": Group(watching=("giver",), grid=(7, 24), everywhere=(7,), worlds=_own_word(_WROTE_YES)),
    "a second name waits": Group(
        watching=("giver",),
        grid=(9, 24 * 5, 24 * 15),
        everywhere=(9, 24 * 15),
        worlds=_worlds(
            _SECOND,
            {
                "not the first": ((5, brings(_CLIENT, Answer.NO)),),
                "a yes to the first, taken back": ((5, brings(_CLIENT, Answer.YES)), (5.1, brings(_CLIENT, Answer.NO))),
            },
        ),
    ),
    "the receiver is forgotten": Group(
        watching=("giver", "client"),
        grid=(3, 24 * 8, 24 * 16),
        everywhere=(3,),
        worlds=_worlds(_SENT, {"forgets": ((2, forgets("ines")),), "everything": ((2, forgets_everything("ines")),)}),
    ),
    "the client is forgotten": Group(
        watching=("giver", "receiver"),
        grid=(6, 24 * 8, 24 * 31),
        everywhere=(6,),
        worlds=_worlds(
            _TO_CLIENT, {"forgets": ((5, forgets("marc")),), "everything": ((5, forgets_everything("marc")),)}
        ),
    ),
    "the receiver is forgotten while the client is asked": Group(
        watching=("giver", "client"),
        grid=(6, 24 * 8, 24 * 31),
        everywhere=(6,),
        worlds=_worlds(_TO_CLIENT, {"forgets": ((5, forgets("ines")),)}),
    ),
    "a wrong address of the receiver": Group(
        watching=("client",),
        grid=(3, 24 * 8, 24 * 16),
        worlds=_worlds(
            _SENT,
            {
                "comes back": ((1, comes_back("ines")),),
                "is not them": ((1, is_not_them("ines")),),
                "and is corrected": ((1, comes_back("ines")), (2, corrects("personne"))),
            },
        ),
    ),
    "a wrong address of the client": Group(
        watching=("receiver",),
        grid=(6, 24 * 8, 24 * 31),
        everywhere=(6,),
        worlds=_worlds(
            _TO_CLIENT,
            {
                "comes back": ((4, comes_back("marc")),),
                "is not them": ((4, is_not_them("marc")),),
                "and is corrected": ((4, comes_back("marc")), (5, corrects("client"))),
            },
        ),
    ),
    "an address is corrected, whatever was answered": Group(
        watching=("giver",),
        grid=(3, 7, 24 * 8, 24 * 16),
        everywhere=(3, 7),
        worlds=_worlds(
            (*_BOUNCED, (6, corrects("personne"))),
            {
                "no": ((2, says_no("ines")),),
                "a yes taken back": ((2, says_yes("ines")), (2.1, says_no("ines"))),
                "refuses all": ((2, says_no("ines", scope="all")),),
                "forgets": ((2, forgets("ines")),),
            },
        ),
    ),
    "the client cannot be reached": Group(
        watching=("client",),
        grid=(25, 35, 45),
        everywhere=(45,),
        worlds=_worlds(
            _INTRODUCED,
            {"told": ((30, cannot_reach),)},
        ),
    ),
    "a lead": Group(
        watching=("giver",),
        grid=(1, 24 * 6),
        everywhere=(1,),
        worlds=_worlds(_LEAD, {"refused then": ((0.5, refuses_leads("all")),), **_KEPT_FROM}),
    ),
    "a lead that is carried": Group(
        watching=("giver",), grid=(1, 24 * 6), everywhere=(1,), worlds=_worlds(_LEAD, _KEPT_FROM, law=_STRICT)
    ),
    "under the strict law": Group(
        watching=("giver",),
        grid=(3, 24 * 16),
        everywhere=(3,),
        worlds=_worlds(_SENT, {"no": ((2, brings(_RECEIVER, Answer.NO)),), **_KEPT_FROM}, law=_STRICT),
    ),
    "an invitation": Group(watching=("giver",), grid=(1, 24 * 4), everywhere=(1,), worlds=_people(invites)),
    "an address on the page of rights": Group(
        watching=("stranger",),
        grid=(3,),
        everywhere=(3,),
        worlds={
            **_people(asks_what_is_held("stranger"), at=2),
            "asked something": World(script=(*_SENT, (2, asks_what_is_held("stranger")))),
        },
    ),
    "an amount of the receiver's own": Group(
        watching=("giver", "client", "other member", "stranger"),
        grid=(31, 45, 24 * 3),
        everywhere=(45,),
        worlds={
            "none": World(script=(*_INTRODUCED, _WON), members=EVERYBODY),
            "noted": World(script=(*_INTRODUCED, (30, ends(Outcome.WON, "Signé.", worth=_PRIVATE))), members=EVERYBODY),
            "noted later": World(
                script=(*_INTRODUCED, _WON, (40, ends(Outcome.WON, worth=_PRIVATE))), members=EVERYBODY
            ),
            "another": World(
                script=(*_INTRODUCED, (30, ends(Outcome.WON, "Signé.", worth=replace(_PRIVATE, amount=Decimal(7))))),
                members=EVERYBODY,
            ),
        },
    ),
    "what the giver heard of the end": Group(
        watching=("receiver", "client", "other member"),
        grid=(31, 45, 24 * 32),
        everywhere=(45,),
        worlds={
            heard: World(script=(*_INTRODUCED, (30, first), (40, then)), members=EVERYBODY)
            for heard, first, then in (
                ("nothing", looks_on, looks_on),
                ("won", hears(Outcome.WON), looks_on),
                ("lost, then nothing", hears(Outcome.LOST), hears(None)),
            )
        },
    ),
    "an end corrected and taken up again": Group(
        watching=("client", "other member"),
        grid=(31, 45, 24 * 20),
        everywhere=(45,),
        worlds=_worlds(
            (*_INTRODUCED, (30, ends(Outcome.SET_ASIDE))),
            {
                "corrected": ((33, ends(Outcome.LOST)),),
                "taken up again": ((33, takes_up),),
            },
            members=EVERYBODY,
        ),
    ),
    "a profile": Group(watching=("giver",), grid=(1,), everywhere=(1,), worlds=_profiles()),
}
PAIRS = [(name, world) for name, group in GROUPS.items() for world in list(group.worlds)[1:]]


@contextmanager
def _under(law: str) -> Iterator[None]:
    with override_settings(ENTREMISE=replace(settings.ENTREMISE, law=law)):
        yield


def _observed(group: Group, which: str) -> Seen:
    shown = group.worlds[which]
    with apart(), _under(shown.law):
        on_stage = scene(before=shown.before, members=shown.members)
        on_stage.world.policy = under(shown.law)
        seen = play(shown.script, on_stage, watching=group.watching, grid=group.grid, everywhere=group.everywhere)
    return {watcher: own_tokens_fixed(records) for watcher, records in seen.items()}


@cache
def _first(name: str) -> Seen:
    return _observed(GROUPS[name], next(iter(GROUPS[name].worlds)))


def check(name: str, which: str, *, grid: Sequence[float] = (), everywhere: Sequence[float] = ()) -> None:
    """Raise Leaked where somebody who watches can tell one world of a group from its first.

    With a grid of one's own the group's first world is played anew: under a planted leak nothing may be remembered.
    """
    group = GROUPS[name]
    if grid:
        group = replace(group, grid=grid, everywhere=everywhere)
    first = _observed(group, next(iter(group.worlds))) if grid else _first(name)
    second = _observed(group, which)
    for watcher in group.watching:
        assert first[watcher], f"{watcher} saw nothing at all"
        assert_equal(first[watcher], second[watcher], about=f"{watcher}, {name}: {which}")
