"""The moments of a story in sentences, as its giver may read them (R4, R7, R13, R26)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from entremise.protocol.types import PERMISSIONS, Kind, Outcome, Role
from entremise.referrals.queries.stories import Beat, Story
from entremise.web.words import APT, OUTCOMES

Names = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One moment in words; `tone` colours it."""

    when: datetime
    said: str
    words: str = ""
    more: str = ""
    tone: str = ""


def moment(beat: Beat, story: Story, names: Names) -> Told:
    """Return one moment of a story in words."""
    said, tone = _SAID[beat.what](beat, story, names)
    good = str(APT[beat.apt]) if beat.apt in APT else ""
    better = _("What would make it better: %(words)s") % {"words": beat.more} if beat.more else ""
    return Told(when=beat.at, said=said, words=beat.text, more=" ".join(filter(None, (good, better))), tone=tone)


Said = tuple[str, str]


def _sent(_beat: Beat, _story: Story, names: Names) -> Said:
    return _("You recommended %(receiver)s to %(client)s.") % names, "accent"


def _yes(beat: Beat, story: Story, names: Names) -> Said:
    if beat.kind in PERMISSIONS:
        part = Kind(beat.kind).asked in story.projection.referrers
        allows = _("%(name)s allows it, and takes part.") if part else _("%(name)s allows it.")
        return allows % {"name": names[Kind(beat.kind).asked.value]}, "done"
    words = {
        Kind.RECEIVER.value: _("%(receiver)s said yes."),
        Kind.PRINCIPLE.value: _("%(client)s said yes in principle."),
        Kind.NAME.value: _("%(client)s confirmed, knowing whom you recommend."),
    }
    return words.get(beat.kind, _("You may go ahead.")) % names, "done"


def _let_know(beat: Beat, _story: Story, names: Names) -> Said:
    return said_no(beat.kind, names), "veiled"


def said_no(kind: str, names: Names) -> str:
    """Return who let the giver know of a no (R7)."""
    if kind in PERMISSIONS:
        return _("%(name)s let you know that they would rather not allow it.") % {"name": names[Kind(kind).asked.value]}
    words = {
        Kind.RECEIVER.value: _("%(receiver)s let you know that it is a no."),
        Kind.PRINCIPLE.value: _("%(client)s let you know that it is a no."),
        Kind.NAME.value: _("%(client)s let you know: not with this person."),
    }
    return words.get(kind, _("You were told that it is a no.")) % names


def _stop(_beat: Beat, _story: Story, _names: Names) -> Said:
    return _("You stopped, without a word to anybody."), "veiled"


def _aloud(beat: Beat, _story: Story, names: Names) -> Said:
    name = names[Kind(beat.kind).asked.value]
    words = (
        _("You wrote down a yes that %(name)s said aloud.")
        if beat.what == "aloud_yes"
        else _("You wrote down a no that %(name)s said aloud.")
    )
    return words % {"name": name}, ""


def _introduced(_beat: Beat, _story: Story, names: Names) -> Said:
    return _("%(receiver)s and %(client)s were introduced to each other.") % names, "done"


def _not_concluded(_beat: Beat, _story: Story, _names: Names) -> Said:
    return _("It did not conclude."), ""


def _thanks(_beat: Beat, _story: Story, names: Names) -> Said:
    return _("%(receiver)s thanked you.") % names, "done"


def _contact(_beat: Beat, _story: Story, names: Names) -> Said:
    return _("%(receiver)s got in touch with %(client)s.") % names, "done"


def _news(_beat: Beat, _story: Story, names: Names) -> Said:
    return _("%(receiver)s gave news.") % names, "accent"


def _promotion(beat: Beat, _story: Story, names: Names) -> Said:
    if beat.kind == Role.GIVER.value:
        return _("%(receiver)s spoke well of you to %(client)s.") % names, "done"
    praised = {**names, "person": names.get(beat.kind, "") or _("someone")}
    return _("%(receiver)s said a good word about %(person)s to %(client)s.") % praised, "done"


def _outcome(beat: Beat, story: Story, names: Names) -> Said:
    """How it ended, in the receiver's word; a later one corrects it, and the story keeps both (R26)."""
    if not beat.outcome:
        return _("%(receiver)s told you how it stood.") % names, "accent"
    newest = next(one for one in story.beats if one.what in ("outcome", "taken_up"))
    end = {**names, "end": str(OUTCOMES[Outcome(beat.outcome)].help) % names}
    tone = "done" if beat is newest else ""
    if beat.before and beat.before != beat.outcome:
        return _("%(receiver)s corrected how it ended: %(end)s") % end, tone
    return _("%(receiver)s told you how it ended: %(end)s") % end, tone


def _taken_up(_beat: Beat, _story: Story, names: Names) -> Said:
    return _("%(receiver)s took it up again with %(client)s.") % names, "accent"


def _end_said(beat: Beat, _story: Story, names: Names) -> Said:
    """The receiver leaves it open; this is the client's word for it, or what the giver heard (R14, R26)."""
    end = str(OUTCOMES[Outcome(beat.outcome)].help) % names
    if beat.kind == Role.GIVER.value:
        return _("As you heard yourself: %(end)s") % {"end": end}, "done"
    return _("%(client)s told you how it ended: %(end)s") % {**names, "end": end}, "done"


def _repaired(beat: Beat, _story: Story, names: Names) -> Said:
    role = Kind(beat.kind).asked if beat.kind else Role.RECEIVER
    return _("You corrected the address of %(name)s, and the message left again.") % {"name": names[role.value]}, ""


def _unreachable(_beat: Beat, _story: Story, names: Names) -> Said:
    return _("%(receiver)s could not reach %(client)s with the details left.") % names, "owed"


def _details(_beat: Beat, _story: Story, names: Names) -> Said:
    return _("You wrote down the right details for %(receiver)s.") % names, ""


def _question(beat: Beat, story: Story, names: Names) -> Said:
    waits = any(one.asked_at == beat.at and not one.answered_at for one in story.exchanges)
    return _("%(receiver)s asked you something.") % names, "owed" if waits and story.may_answer else "accent"


def _answer(_beat: Beat, _story: Story, _names: Names) -> Said:
    return _("You answered."), ""


_SAID: Mapping[str, Callable[[Beat, Story, Names], Said]] = {
    "send": _sent,
    "yes": _yes,
    "let_know": _let_know,
    "stop": _stop,
    "aloud_yes": _aloud,
    "aloud_no": _aloud,
    "introduced": _introduced,
    "not_concluded": _not_concluded,
    "thanks": _thanks,
    "contact": _contact,
    "news": _news,
    "outcome": _outcome,
    "taken_up": _taken_up,
    "promotion": _promotion,
    "end_said": _end_said,
    "repaired": _repaired,
    "unreachable": _unreachable,
    "details": _details,
    "question": _question,
    "answer": _answer,
}
