"""A story in sentences: what one referral says to its giver, from what the wall hands out (R4, R7, R13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from entremise.lib import days
from entremise.protocol.duties import Duty
from entremise.protocol.types import REFERRERS, Outcome, Role
from entremise.protocol.wall import Disclosed, Seen
from entremise.referrals.queries.stories import Story, StoryLine
from entremise.web import money
from entremise.web.story_moments import Names, Told, moment, said_no
from entremise.web.veil import Face
from entremise.web.words import DUTIES, OUTCOMES, ROLES, SEEN, STOPPED, TOLD_NO, Word

_FRESH = timedelta(days=2)  # so long after the latest moment a veil is still seen to lift


@dataclass(frozen=True, kw_only=True)
class Observer:
    """What one person has been told so far, as far as the giver may know, and what they have not."""

    name: str
    role: str
    told: tuple[str, ...]
    untold: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Due:
    """What is owed to the giver, and since when; never why (R22)."""

    what: str
    since: str


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Everything the page of a story says."""

    receiver: str
    client: str
    label: str
    tone: str
    state: str
    until: str
    figures: tuple[Face, ...]
    joined: bool
    veils: str
    observers: tuple[Observer, ...]
    moments: tuple[Told, ...]
    worth: str
    owed: tuple[Due, ...]
    noes: tuple[tuple[str, str], ...]


def tell(story: Story, *, now: datetime) -> Telling:
    """Return the story in the words of the present language."""
    names, word = names_of(story), _state(story)
    return Telling(
        receiver=names["receiver"],
        client=names["client"],
        label=str((OUTCOMES[Outcome(story.outcome)] if story.outcome else word).label),
        tone=_tone(story.projection.seen),
        state=str(word.help) % names,
        until=_until(story),
        figures=_figures(story, names, now),
        joined=story.projection.seen is Seen.INTRODUCED,
        veils=_veils(story, names),
        observers=_observers(story, names),
        moments=tuple(moment(beat, story, names) for beat in story.beats),
        worth=money.amount(story.worth.amount, story.worth.currency) if story.worth else "",
        owed=_owed(story, names, now),
        noes=tuple((said_no(kind, names), reason) for kind, reason in story.private_reasons),
    )


def names_of(story: Story) -> dict[str, str]:
    """Return both names, which the giver typed; the wall hands them to the giver in every state.

    With them come those of the referrers, by role, and as one phrase, "first".
    """
    receiver, client = story.shown.receiver, story.shown.client
    assert receiver is not None
    assert client is not None
    names = {"receiver": receiver.name or receiver.company, "client": client.name or client.company}
    first = _(" and ").join(story.referrers.values())
    return {**names, **story.referrers, "first": first}


def day(at: datetime) -> str:
    """Return a day in words: "Tuesday 3 March"."""
    return days.said(at, weekday=True)


def line_label(line: StoryLine) -> str:
    """Return where one story of a list stands, in a few words."""
    if line.outcome:
        return str(OUTCOMES[Outcome(line.outcome)].label)
    if line.brings:
        return _("It is for you to bring the question")
    stopped = line.stopped and line.seen not in (Seen.INTRODUCED, Seen.NOT_CONCLUDED)
    return str((STOPPED if stopped else SEEN[line.seen]).label)


def _state(story: Story) -> Word:
    """Where it stands for the giver: what they did themselves, and a no they were told, come before the stage."""
    if story.may_answer and story.projection.stopped:
        return STOPPED
    if story.may_answer and story.projection.told_no:
        return TOLD_NO
    return SEEN[story.projection.seen]


def _tone(seen: Seen) -> str:
    return {Seen.INTRODUCED: "done", Seen.NOT_CONCLUDED: ""}.get(seen, "veiled")


def _until(story: Story) -> str:
    """The latest instant at which the giver hears more; a yes is told as soon as it takes effect (R6a, R7)."""
    at = story.projection.until
    if at is None or _state(story) is not SEEN[story.projection.seen] or not story.may_answer:
        return ""
    return _("You will know more by %(day)s at the latest. A yes reaches you at once.") % {"day": day(at)}


# -- who knows what ---------------------------------------------------------------------------------


def _figures(story: Story, names: Names, now: datetime) -> tuple[Face, ...]:
    """The veil over each party is what the other knows of them now, as far as the giver may see."""
    giver = story.shown.giver
    fresh = bool(story.beats) and now - story.beats[0].at < _FRESH
    hidden_client = story.others[Role.RECEIVER].client is None
    hidden_receiver = story.others[Role.CLIENT].receiver is None
    return (
        _face(Role.RECEIVER, names, veiled=hidden_receiver, fresh=fresh),
        Face(name=giver.name if giver else "", role=_("you")),
        _face(Role.CLIENT, names, veiled=hidden_client, fresh=fresh),
    )


def _face(role: Role, names: Names, *, veiled: bool, fresh: bool) -> Face:
    note = _("under the veil") if veiled else _("unveiled")
    raised = not veiled
    return Face(
        name=names[role.value], role=str(ROLES[role]), note=note, veiled=veiled, raised=raised, lifts=fresh and raised
    )


def _veils(story: Story, names: Names) -> str:
    """The picture in words: who of the two knows of whom, as far as the giver may see."""
    if story.projection.seen is Seen.ASKING_REFERRER:
        return _("Neither of the two has been asked anything yet; one name was said, to ask for the permission.")
    if story.others[Role.RECEIVER].client is not None:
        return _("Each of the two knows who the other is.")
    if story.others[Role.CLIENT].receiver is not None:
        return _("%(client)s knows whom you recommend; %(receiver)s does not know yet to whom.") % names
    return _("Neither of the two knows who the other is.")


def _observers(story: Story, names: Names) -> tuple[Observer, ...]:
    receiver = _party(story.others[Role.RECEIVER], Role.RECEIVER, names["receiver"], _client_item(story, names))
    client = _party(story.others[Role.CLIENT], Role.CLIENT, names["client"], _receiver_item(story, names))
    return *_referrers(story, names), receiver, client, _yourself(story)


def _referrers(story: Story, names: Names) -> Iterator[Observer]:
    """Those whose permission was asked first: what they were told, and what only who takes part learns (R38, R39)."""
    for role in (role for role in REFERRERS if role.value in story.referrers):
        about = names["receiver" if role is Role.REFERRER else "client"]
        told = [_("that you recommend"), _("that it concerns %(name)s, and which trade") % {"name": about}]
        other = _("both names") if role in story.projection.referrers else _("the other person")
        learnt = story.projection.seen is Seen.INTRODUCED and role in story.projection.referrers
        yield Observer(
            name=story.referrers[role.value],
            role=str(ROLES[role]),
            told=tuple([*told, other] if learnt else told),
            untold=() if learnt else (other,),
        )


Item = Callable[[Disclosed], tuple[str, bool]]


def _client_item(story: Story, names: Names) -> Item:
    def item(shown: Disclosed) -> tuple[str, bool]:
        if shown.client is None:
            return _("who the client is"), False
        return _("the name: %(name)s, and how to reach them") % {"name": names["client"]}, True

    return item


def _receiver_item(story: Story, names: Names) -> Item:
    def item(shown: Disclosed) -> tuple[str, bool]:
        if shown.receiver is None:
            return _("whom you recommend"), False
        if shown.seen is Seen.INTRODUCED:
            return _("the name: %(name)s, and how to reach them") % {"name": names["receiver"]}, True
        if story.number > 1:
            return _("the name: %(name)s, once the link about somebody else is closed") % {
                "name": names["receiver"]
            }, True
        return _("the name: %(name)s") % {"name": names["receiver"]}, True

    return item


def _party(shown: Disclosed, role: Role, name: str, other: Item) -> Observer:
    items = [
        (_("the need, which names nobody"), shown.brief is not None),
        (_("that you recommend"), shown.giver is not None),
        other(shown),
    ]
    return Observer(
        name=name,
        role=str(ROLES[role]),
        told=tuple(words for words, known in items if known),
        untold=tuple(words for words, known in items if not known),
    )


def _yourself(story: Story) -> Observer:
    """The giver knows both names; what the two write to each other, and a quiet no, are not theirs (R7, R13)."""
    giver = story.shown.giver
    if story.projection.seen is Seen.INTRODUCED:
        told, untold = _("both names; the news you are given"), _("what they say to each other")
    else:
        told, untold = _("both names; every yes"), _("a no, unless they let you know it")
    return Observer(name=giver.name if giver else "", role=_("you"), told=(told,), untold=(untold,))


def _owed(story: Story, names: Names, now: datetime) -> tuple[Due, ...]:
    """What has not come and whose date has passed (R22)."""
    persons = {"person": names["receiver"], "about": names["client"]}
    return tuple(
        Due(what=str(DUTIES[Duty(one.duty)].theirs) % persons, since=_("since %(day)s") % {"day": day(one.due)})
        for one in story.owed
        if one.late(now)
    )
