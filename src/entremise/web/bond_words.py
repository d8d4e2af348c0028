"""What happened, how solid a relationship is, and what would strengthen it, in words (R30, R35, R43)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from entremise.lib import days
from entremise.people.queries.bonds import BondCard, BondLine, InteractionLine
from entremise.protocol.relationship import Act, Happened, History, Part, PartName, Satisfaction

_ = gettext_lazy

HAPPENED: Mapping[Happened, Promise] = {
    Happened.CALL: _("A call"),
    Happened.MEAL: _("A meal together"),
    Happened.MEETING: _("A meeting"),
    Happened.WORK: _("Work delivered"),
    Happened.SATISFACTION: _("How satisfied they are"),
    Happened.FAVOUR_DONE: _("A good turn you did them"),
    Happened.FAVOUR_RECEIVED: _("A good turn they did you"),
    Happened.REFERRED_TO_THEM: _("You recommended them to somebody"),
    Happened.REFERRED_BY_THEM: _("They recommended you to somebody"),
    Happened.REFERRED_AS_CLIENT: _("You found them somebody they needed"),
    Happened.ATTENTION: _("A small attention"),
    Happened.THANKS: _("A thank-you"),
    Happened.NEWS: _("News"),
    Happened.ASKED: _("You asked them for recommendations"),
    Happened.NOTE: _("A note"),
}
SATISFIED: Mapping[Satisfaction, Promise] = {
    Satisfaction.GOOD: _("Satisfied"),
    Satisfaction.FAIR: _("Fairly satisfied"),
    Satisfaction.BAD: _("Not satisfied"),
}
# The answers to "how satisfied are they?".
ANSWERS: Mapping[Satisfaction, Promise] = {
    Satisfaction.GOOD: pgettext_lazy("satisfied", "Yes"),
    Satisfaction.FAIR: pgettext_lazy("satisfied", "In part"),
    Satisfaction.BAD: pgettext_lazy("satisfied", "No"),
}
# What a button says; those that need another word lead to the page where it is written.
BUTTONS: Mapping[Happened, Promise] = {
    Happened.CALL: _("Call"),
    Happened.MEAL: _("Meal"),
    Happened.MEETING: _("Meeting"),
    Happened.WORK: _("Work delivered"),
    Happened.FAVOUR_DONE: _("Good turn done"),
    Happened.FAVOUR_RECEIVED: _("Good turn received"),
    Happened.SATISFACTION: _("Satisfaction"),
    Happened.NOTE: _("Note"),
}
WRITTEN = (Happened.SATISFACTION, Happened.NOTE)
PARTS: Mapping[PartName, Promise] = {
    PartName.LENGTH: _("Length"),
    PartName.RECENCY: _("Last contact"),
    PartName.RHYTHM: _("Rhythm"),
    PartName.RECIPROCITY: _("Give and receive"),
    PartName.WORK: _("Work delivered"),
    PartName.SATISFACTION: _("Satisfaction"),
}
_ACTS: Mapping[Act, Promise] = {
    Act.SET_RIGHT: _("They were not satisfied. First call them, listen, and set it right."),
    Act.HEAR: _("Ask how satisfied they are with what you did, and write down what they say."),
    Act.CALL: _("A call, to hear how they are."),
    Act.MEETING: _("A meeting: you have not seen each other for a long time."),
    Act.MEAL: _("A meal together: you have not seen each other for a long time."),
    Act.FAVOUR: _("A good turn: something that helps them, without expecting anything."),
    Act.REFER: _("Recommend them in turn: they recommended you."),
    Act.KEEP: _("Nothing more today: this relationship is as you would wish it. Keep its rhythm."),
}


@dataclass(frozen=True, kw_only=True)
class PartShown:
    """One part of solidity: its name, its points of the most it can have, and why."""

    title: Promise
    points: int
    most: int
    why: str


@dataclass(frozen=True, kw_only=True)
class LineShown:
    """Something that happened, in words; `by_itself` where the program remembered it."""

    uid: str
    title: str
    on: date
    words: str
    by_itself: bool
    can_change: bool


def parts(card: BondCard) -> list[PartShown]:
    """Return the six parts with a plain sentence each."""
    return [
        PartShown(title=PARTS[part.name], points=part.points, most=part.most, why=_WHY[part.name](part, card.history))
        for part in card.solidity.parts
    ]


def level(card: BondCard) -> str:
    """Return what the points mean, in a word or two."""
    if not card.history.total:
        return gettext("nothing is written down yet")
    if card.solidity.solid:
        return gettext("a solid relationship")
    return gettext("a relationship that is growing") if card.solidity.points >= 30 else gettext("a young relationship")


def next_act(card: BondCard) -> str:
    """Return the one act that would strengthen the relationship most (R35)."""
    return str(_ACTS[card.next_act.act])


def rhythm(card: BondCard, *, today: date) -> str:
    """Return when the next contact is due, and why then (R43)."""
    if card.history.to_set_right:
        return gettext("Now: somebody who was not satisfied waits for no rhythm.")
    if card.resting:
        return gettext("The rhythm rests: nothing reminds you of them.")
    if card.due_on is None:
        return gettext("A rhythm begins with the first contact that you write down.")
    told = {"day": days.said(card.due_on, year=True), "count": card.rhythm}
    if card.due_on > today:
        return gettext("The next contact would do good around %(day)s: every %(count)d days or so.") % told
    return gettext("A contact has been due since %(day)s: every %(count)d days or so.") % told


def happened(line: InteractionLine) -> LineShown:
    """Return something that happened, in words."""
    title = HAPPENED[line.kind]
    if line.satisfaction is not None:
        title = SATISFIED[line.satisfaction]
    return LineShown(
        uid=line.uid,
        title=str(title),
        on=line.on,
        words=line.words,
        by_itself=line.by_itself,
        can_change=line.kind is not Happened.ASKED,
    )


def due(line: BondLine, *, today: date) -> str:
    """Return, about somebody who is due, why now (R43)."""
    if line.to_set_right:
        return gettext("Was not satisfied: call, listen, set it right.")
    if line.last_contact is None:
        return ""
    months = (today - line.last_contact).days // 30
    if months < 1:
        return gettext("Last contact on %(day)s.") % {"day": days.said(line.last_contact)}
    words = ngettext("Last contact on %(day)s, a month ago.", "Last contact on %(day)s, %(count)d months ago.", months)
    return words % {"day": days.said(line.last_contact, year=True), "count": months}


# -- why so many points -----------------------------------------------------------------------------


def _length(_part: Part, history: History) -> str:
    return gettext("You have known each other since %(day)s.") % {"day": days.said(history.known_since, year=True)}


def _recency(_part: Part, history: History) -> str:
    if history.last_contact is None:
        return gettext("No contact is written down yet.")
    return gettext("The last one was on %(day)s.") % {"day": days.said(history.last_contact, year=True)}


def _rhythm(part: Part, _history: History) -> str:
    words = ngettext(
        "You were in touch in %(count)d of the last twelve months.",
        "You were in touch in %(count)d of the last twelve months.",
        part.fact or 0,
    )
    return words % {"count": part.fact or 0}


def _reciprocity(part: Part, _history: History) -> str:
    if not part.given and not part.received:
        return gettext("No good turn is written down yet, either way.")
    given = ngettext("%(count)d good turn given", "%(count)d good turns given", part.given) % {"count": part.given}
    received = ngettext("%(count)d received", "%(count)d received", part.received) % {"count": part.received}
    return gettext("%(given)s, %(received)s.") % {"given": given, "received": received}


def _work(part: Part, _history: History) -> str:
    if not part.fact:
        return gettext("No work of yours for them is written down.")
    if part.said is Satisfaction.BAD:
        return gettext("It counts again once what was wrong is set right.")
    return ngettext("%(count)d work delivered.", "%(count)d works delivered.", part.fact) % {"count": part.fact}


def _satisfaction(part: Part, history: History) -> str:
    if part.said is None or history.satisfaction_on is None:
        return gettext("They have not said yet how satisfied they are.")
    told = {"said": SATISFIED[part.said], "day": days.said(history.satisfaction_on, year=True)}
    return gettext("%(said)s, they said on %(day)s.") % told


_WHY: Mapping[PartName, Callable[[Part, History], str]] = {
    PartName.LENGTH: _length,
    PartName.RECENCY: _recency,
    PartName.RHYTHM: _rhythm,
    PartName.RECIPROCITY: _reciprocity,
    PartName.WORK: _work,
    PartName.SATISFACTION: _satisfaction,
}
