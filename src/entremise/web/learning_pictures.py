"""Every picture of what is learned, with its sentence, its table and its file: the same rows in all of them (R26).

A picture is SVG written by a template. On a page its colours are classes, so that they follow the scheme; in a file of
its own they are attributes, since it has no style sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from entremise.insights import learning, pictures
from entremise.insights.learning import Learned, OverTime, Side
from entremise.protocol.measure import Group, Rate, Step
from entremise.protocol.policy import Policy
from entremise.web import learning_words as words

SHOWN = 12  # of a list of people or trades; its table holds them all
_FITS = 42  # characters on one line of a picture: a name, and its counts
STEPS: Mapping[Step, str] = {Step.WEEK: "semaine", Step.MONTH: "mois", Step.QUARTER: "trimestre"}  # in addresses
# The light colours of entremise.css, for files.
_INK = {
    "words": 'fill="#26221c"',
    "soft": 'fill="#5d564b"',
    "line": 'fill="#ddd5c5"',
    "band": 'fill="#f8e9df" stroke="#9c3f1b"',
    "few": 'fill="none" stroke="#857c6c" stroke-dasharray="3 3"',
    "dot": 'fill="#9c3f1b"',
    "known": 'fill="#857c6c" stroke="#857c6c"',
    "unknown": 'fill="none" stroke="#857c6c"',
}
INK_OF_FILE: Mapping[str, SafeString] = {name: SafeString(attributes) for name, attributes in _INK.items()}
INK: Mapping[str, SafeString] = {name: SafeString(f'class="ink-{name}"') for name in _INK}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One bar, line or period: what it is called, in short and beside it, what it reads out, its row, where it lies."""

    name: str
    short: str
    beside: str
    says: str
    row: tuple[str | int, ...]
    lies: Any


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture. `head` names the columns of its table and file; `more` are the rows that only these hold."""

    side: Side
    name: str
    kind: str
    title: str
    sentence: str
    drawn: Any
    items: tuple[Item, ...]
    more: tuple[tuple[str | int, ...], ...]
    head: tuple[str, ...]
    step: Step | None = None

    @property
    def id(self) -> str:
        """What tells it from the others on a page."""
        return f"{self.name}-{self.side.value}"

    @property
    def files(self) -> str:
        """How the addresses of its files are named, before their ending."""
        return f"learning_{self.side.value}"

    @property
    def query(self) -> str:
        """What its files are to be asked for, to be like it."""
        return f"?pas={STEPS[self.step]}" if self.step else ""

    @property
    def template(self) -> str:
        """The template that draws it."""
        return f"learning/drawn/{self.kind}.svg"

    @property
    def rows(self) -> tuple[tuple[str | int, ...], ...]:
        """Every row of its table and file."""
        return (*(item.row for item in self.items), *self.more)

    @property
    def marked(self) -> list[tuple[Item, str]]:
        """The periods that are named below a rate over time, and how."""
        return [(self.items[number], anchor) for number, anchor in self.drawn.marked]


# -- how far they came ------------------------------------------------------------------------------


def funnel(learned: Learned) -> Picture:
    """Return how far the referrals of one side came."""
    drawn = pictures.funnel([count for _step, count in learned.funnel])
    items = (
        Item(
            name=str(words.CAME[step]),
            short=str(words.CAME[step]),
            beside=str(count),
            says=words.labelled(str(words.CAME[step]), str(count)),
            row=(str(words.CAME[step]), count),
            lies=bar,
        )
        for (step, count), bar in zip(learned.funnel, drawn.bars, strict=True)
    )
    return Picture(
        side=learned.side,
        name="etapes",
        kind="funnel",
        title=_("How far they came"),
        sentence=words.summary(learned),
        drawn=drawn,
        items=tuple(items),
        more=(),
        head=(_("Step"), _("Recommendations")),
    )


# -- rates ------------------------------------------------------------------------------------------


def over_time(learned: Learned, *, today: date, step: Step | None, policy: Policy) -> Picture:
    """Return the rate of one side over time, in the step asked for or the finest that says something."""
    cut = learning.over_time(learned.measured, today=today, step=step, policy=policy)
    drawn = pictures.course(cut.points, policy=policy)
    items = (
        _item(
            words.period(point, step=cut.step),
            point.rate,
            lies,
            short=words.period_in_short(point, step=cut.step),
            policy=policy,
        )
        for point, lies in zip(cut.points, drawn.periods, strict=True)
    )
    return Picture(
        side=learned.side,
        name="temps",
        kind="course",
        title=_("Over time"),
        sentence=_over_time_tells(cut, policy=policy),
        drawn=drawn,
        items=tuple(items),
        more=(),
        head=_head(_("Introduced")),
        step=cut.step,
    )


def _over_time_tells(cut: OverTime, *, policy: Policy) -> str:
    told = words.compared([point.rate for point in cut.points], policy=policy)
    return f"{told} {words.left_out(cut.left_out)}".strip()


def by_other(learned: Learned, *, policy: Policy) -> Picture:
    """Return the rate with each giver, or each receiver."""
    groups = [(words.person(group.key[1]), group.rate) for group in learning.by_other(learned.measured, policy=policy)]
    title = _("By who recommends me") if learned.side is Side.RECEIVED else _("By whom I recommend")
    return _rates(learned, "personnes", title, _("Person"), groups, policy=policy)


def by_trade(learned: Learned, *, language: str, policy: Policy) -> Picture:
    """Return the rate in each trade."""
    found = learning.by_trade(learned.measured, policy=policy)
    groups = [(words.trade(group.key, language=language), group.rate) for group in found]
    return _rates(learned, "metiers", _("By trade"), _("Trade"), groups, policy=policy)


def by_fullness(learned: Learned, *, policy: Policy) -> Picture:
    """Return the rate beside how much of the checklist was there (R19)."""
    groups = _named(learning.by_fullness(learned.measured), lambda key: str(words.FULLNESS[key]))
    told = words.fullness(learning.whole_or_not(learned.measured, policy=policy))
    title = _("By how complete it was")
    return _rates(learned, "completude", title, _("At the introduction"), groups, told=told, policy=policy)


def by_letter(learned: Learned, *, policy: Policy) -> Picture:
    """Return the rate beside what the giver's own test said, letter by letter."""
    groups = _named(learning.by_letter(learned.measured), words.letter)
    return _rates(learned, "lettres", _("By letter of the test"), _("Letter"), groups, policy=policy)


def _named(groups: Iterable[Group[Any]], name: Callable[[Any], str]) -> list[tuple[str, Rate]]:
    return [(name(group.key), group.rate) for group in groups]


def _rates(
    learned: Learned,
    name: str,
    title: str,
    first: str,
    groups: Sequence[tuple[str, Rate]],
    *,
    policy: Policy,
    told: str = "",
) -> Picture:
    sentence = told or words.compared([rate for _name, rate in groups], policy=policy)
    return beside(learned.side, name, groups, title=title, sentence=sentence, first=first, policy=policy)


def beside(
    side: Side, name: str, groups: Sequence[tuple[str, Rate]], *, title: str, sentence: str, first: str, policy: Policy
) -> Picture:
    """Return rates beside each other, each with what it is called; `first` heads the column of these names."""
    shown, left = groups[:SHOWN], groups[SHOWN:]
    drawn = pictures.lines([rate for _name, rate in shown], policy=policy)
    items = (_item(called, rate, lies, policy=policy) for (called, rate), lies in zip(shown, drawn.lines, strict=True))
    return Picture(
        side=side,
        name=name,
        kind="lines",
        title=title,
        sentence=sentence,
        drawn=drawn,
        items=tuple(items),
        more=tuple(_row(called, rate, policy=policy) for called, rate in left),
        head=_head(first),
    )


def _item(name: str, rate: Rate, lies: Any, *, policy: Policy, short: str = "") -> Item:
    beside = words.of(rate.tally)
    room = _FITS - len(beside)
    return Item(
        name=name,
        short=short or _fitting(name, room),
        beside=beside,
        says=words.labelled(name, words.rated(rate, policy=policy)),
        row=_row(name, rate, policy=policy),
        lies=lies,
    )


def _fitting(name: str, room: int) -> str:
    """Return a name as a picture has room for it; of a trade's two forms the first, the table beside has both."""
    if len(name) <= room:
        return name
    he, _both, she = name.partition(" / ")
    first = " ".join((*he.split(), *she.split()[len(he.split()) :]))
    return first if len(first) <= room else f"{first[: room - 1].rstrip()}…"


def _head(first: str) -> tuple[str, ...]:
    return (first, _("Working together"), _("Ended"), _("End not known"), _("Expect, %"), _("From, %"), _("To, %"))


def _row(name: str, rate: Rate, *, policy: Policy) -> tuple[str | int, ...]:
    """Return the counts, and the percentages only where enough ended (R26)."""
    tally = rate.tally
    percents = rate.percents(policy) if rate.says(policy) else None
    told = (percents.mean, percents.low, percents.high) if percents else ("", "", "")
    return (name, tally.won, tally.ended, tally.unknown, *told)


# -- all of one side --------------------------------------------------------------------------------


def rates(learned: Learned, *, today: date, step: Step | None, language: str, policy: Policy) -> list[Picture]:
    """Return every picture of one side but the funnel, in the order of its page; those without a line are left out."""
    found = [over_time(learned, today=today, step=step, policy=policy)]
    if learned.side is Side.RECEIVED:  # a giver is not told what the parties filled in (R18)
        found.append(by_fullness(learned, policy=policy))
    found += [by_other(learned, policy=policy), by_trade(learned, language=language, policy=policy)]
    if learned.side is Side.GIVEN:  # what was noted from outside took no test
        found.append(by_letter(learned, policy=policy))
    return [one for one in found if one.items]
