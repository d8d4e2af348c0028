"""The pictures of the radar, with their tables and files (R15).

What the parties answered is in the figures by whole batches alone, and below the least number there is only how many
were answered; what the giver answered themself is always shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from entremise.insights import pictures
from entremise.insights.learning import Side as Half
from entremise.protocol import measure
from entremise.protocol.measure import Rate, Tally
from entremise.protocol.policy import Policy
from entremise.protocol.radar import LetterSeen, Person, Radar, Side
from entremise.web import learning_words, radar_words
from entremise.web.learning_pictures import SHOWN, Item, Picture

_SHORT = 27  # characters of a name in a picture


class RadarPicture(Picture):
    """A picture whose files are the radar's."""

    @property
    def id(self) -> str:
        """What tells it from the others on a page."""
        return f"radar-{self.name}"

    @property
    def files(self) -> str:
        """How the addresses of its files are named, before their ending."""
        return "radar"


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One rate: what it is called, in short too, what stands beside it, what is read out, and its row."""

    name: str
    rate: Rate
    beside: str
    says: str
    row: tuple[str | int, ...]
    short: str = ""


def every(radar: Radar, *, language: str, policy: Policy) -> list[Picture]:
    """Return every picture of the radar, in the order of its page; those without a line are left out."""
    found = [
        around(radar.letters, policy=policy),
        by_letter(radar.letters, policy=policy),
        by_trade(radar, language=language, policy=policy),
        again(radar.receivers, Side.RECEIVER, policy=policy),
        again(radar.clients, Side.CLIENT, policy=policy),
    ]
    return [one for one in found if one.items]


# -- how often it was good --------------------------------------------------------------------------


def around(letters: Sequence[LetterSeen], *, policy: Policy) -> Picture:
    """Return how often it was good where each letter was clear, around a centre; nothing while no letter says it."""
    said = any(one.clear.good.says(policy) for one in letters)
    found = [
        replace(_good(str(learning_words.LETTERS[one.letter]), one.clear.good, policy=policy), short=one.letter.value)
        for one in letters
        if said
    ]
    drawn = pictures.radar([one.rate for one in found], policy=policy)
    told = _("From the centre, never, to the ring, always. The line shows between which shares it most likely lies.")
    title, first = _("Where a letter was clear"), _("Letter")
    return _picture("radar", title, _head(first), found, drawn=drawn, lies=drawn.spokes, told=told, kind="radar")


def by_letter(letters: Sequence[LetterSeen], *, policy: Policy) -> Picture:
    """Return how often it was good where a letter was clear, and below it where something gave pause; nothing while no
    line says it."""
    said = any(seen.good.says(policy) for one in letters for seen in (one.clear, one.minded))
    found = [
        replace(
            _good(learning_words.letter((one.letter, clear)), seen.good, policy=policy),
            short=radar_words.letter(one.letter, clear=clear),
        )
        for one in letters
        for clear, seen in ((True, one.clear), (False, one.minded))
        if said and (one.clear.good.tally.all or one.minded.good.tally.all)
    ]
    told = radar_words.letters_tell(letters, policy=policy)
    return _lines("lettres", _("By letter of the test"), _head(_("Letter")), found, told=told, policy=policy)


def by_trade(radar: Radar, *, language: str, policy: Policy) -> Picture:
    """Return how often it was good in each trade; nothing while no trade says it."""
    said = any(one.seen.good.says(policy) for one in radar.trades)
    found = [
        _good(learning_words.trade(one.trade, language=language), one.seen.good, policy=policy)
        for one in radar.trades
        if said
    ]
    told = learning_words.compared([one.seen.good for one in radar.trades], policy=policy)
    return _lines("metiers", _("By trade"), _head(_("Trade")), found, told=told, policy=policy)


def _good(name: str, rate: Rate, *, policy: Policy) -> _Line:
    """Return one line; its counts are told only where there are enough."""
    beside = radar_words.beside(rate, policy=policy)
    if not rate.says(policy):
        nothing = measure.rate(Tally(won=0, ended=0, unknown=rate.tally.all))
        row: tuple[str | int, ...] = (name, "", rate.tally.ended, rate.tally.unknown, "", "", "")
        says = learning_words.labelled(name, f"{radar_words.too_few(rate)} {radar_words.unknown(rate)}".strip())
        return _Line(name=name, rate=nothing, beside=beside, says=says, row=row)
    expected = learning_words.expected(rate, policy=policy)
    percents = rate.percents(policy)
    row = (name, rate.tally.won, rate.tally.ended, rate.tally.unknown, percents.mean, percents.low, percents.high)
    return _Line(
        name=name, rate=rate, beside=beside, says=learning_words.labelled(name, f"{beside}. {expected}"), row=row
    )


def _head(first: str) -> tuple[str, ...]:
    unknown = _("Unknown")
    return (first, _("A good match"), _("Answered"), unknown, _("Expect, %"), _("From, %"), _("To, %"))


# -- would recommend again --------------------------------------------------------------------------


def again(people: Sequence[Person], side: Side, *, policy: Policy) -> Picture:
    """Return how often the giver would recommend each again, as they say themself."""
    found = [_again(one, policy=policy) for one in people if one.again.tally.ended]
    name, title = (
        ("receveurs", _("People you recommended")) if side is Side.RECEIVER else ("clients", _("Their clients"))
    )
    told = _("Whether you would recommend them again: your own answers, and nobody else’s.")
    columns = (_("Yes"), _("Perhaps"), _("Rather not"), _("Introductions"))
    return _lines(name, title, (_("Person"), *columns), found, told=told, policy=policy)


def _again(one: Person, *, policy: Policy) -> _Line:
    said = radar_words.again(one)
    row = (one.name, one.again.tally.won, one.perhaps, one.no, one.again.tally.all)
    beside = learning_words.of(one.again.tally)
    return _Line(name=one.name, rate=one.again, beside=beside, says=learning_words.labelled(one.name, said), row=row)


# -- drawn ------------------------------------------------------------------------------------------


def _lines(
    name: str, title: str, head: tuple[str, ...], found: Sequence[_Line], *, told: str, policy: Policy
) -> Picture:
    shown, left = found[:SHOWN], found[SHOWN:]
    drawn = pictures.lines([one.rate for one in shown], policy=policy)
    made = _picture(name, title, head, shown, drawn=drawn, lies=drawn.lines, told=told, kind="lines")
    return replace(made, more=tuple(one.row for one in left))


def _picture(
    name: str,
    title: str,
    head: tuple[str, ...],
    found: Sequence[_Line],
    *,
    drawn: Any,
    lies: Sequence[Any],
    told: str,
    kind: str,
) -> Picture:
    items = (
        Item(
            name=one.name,
            short=one.short or Truncator(one.name).chars(_SHORT),
            beside=one.beside,
            says=one.says,
            row=one.row,
            lies=place,
        )
        for one, place in zip(found, lies, strict=True)
    )
    return RadarPicture(
        side=Half.GIVEN,
        name=name,
        kind=kind,
        title=title,
        sentence=told,
        drawn=drawn,
        items=tuple(items),
        more=(),
        head=head,
    )
