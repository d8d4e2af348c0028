"""Whether one may ask, why not yet, what it could harm, and how one asks leaving an easy way out (R30–R34)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy, pgettext

from entremise.accounts.queries import MemberCard
from entremise.lib import days
from entremise.people.queries import ContactCard, Kind
from entremise.people.queries.asking import AskLine, AskPage
from entremise.protocol.asking import Answer, Ground, Harm, HarmSeen, Reason
from entremise.protocol.policy import Policy

_ = gettext_lazy

HARMS: Mapping[Harm, Promise] = {
    Harm.PRESSURE: _("Pressure"),
    Harm.DISCOMFORT: _("Discomfort"),
    Harm.LOST_TRUST: _("Lost trust"),
    Harm.LOST_FUTURE: _("A lost future"),
    Harm.LOST_CLIENT: _("A lost client"),
}
_GROUNDS: Mapping[Ground, Promise] = {
    Ground.ASKED_BEFORE: _("You asked on %(day)s already: a second time sounds like a debt called in."),
    Ground.EVEN: _("Nothing is owed between you; an ask makes it look as if something were."),
    Ground.NEVER_SPOKE: _("No contact between you is written down: the first word would be a request."),
    Ground.SILENT_SINCE: _("Your last contact was on %(day)s: the first word after a long silence would be a request."),
    Ground.SPOKE_ON: _("You were in touch on %(day)s: looking back, that would seem to have led up to this."),
    Ground.NO_WORK: _("They have not seen your work: they would have to vouch for what they do not know."),
    Ground.NOT_HEARD: _("You have not heard what they think of your work: asking before listening costs trust."),
    Ground.NOT_GOOD: _("They were not wholly satisfied: asking now says that you did not listen."),
    Ground.FOUND_GOOD: _("They found your work good. That trust would be spent before it has grown."),
    Ground.NOTHING_YET: _("They may still recommend you by themselves; whoever was asked too early rarely does."),
}
_MANY: Mapping[Ground, Promise] = {
    Ground.GAVE_MORE: ngettext_lazy(
        "You did them %(count)d good turn more than they did you: an ask would look like the bill.",
        "You did them %(count)d good turns more than they did you: an ask would look like the bill.",
        "count",
    ),
    Ground.TOOK_MORE: ngettext_lazy(
        "They did you %(count)d good turn more than you did them: an ask would be one more.",
        "They did you %(count)d good turns more than you did them: an ask would be one more.",
        "count",
    ),
    Ground.REFERRED_UNASKED: ngettext_lazy(
        "They recommended you %(count)d time by themselves: once asked, it is no longer their own idea.",
        "They recommended you %(count)d times by themselves: once asked, it is no longer their own idea.",
        "count",
    ),
    Ground.NEW: ngettext_lazy(
        "You have known each other for %(count)d day: they can still go elsewhere without a word.",
        "You have known each other for %(count)d days: they can still go elsewhere without a word.",
        "count",
    ),
    Ground.WORKS: ngettext_lazy(
        "You have worked for them %(count)d time; that, and what is to come, weighs more than one name.",
        "You have worked for them %(count)d times; that, and what is to come, weighs more than one name.",
        "count",
    ),
}
_A_MONTH = 30  # days, about
_KNOWN_MONTHS = ngettext_lazy(
    "You have known each other for %(count)d month: they can still go elsewhere without a word.",
    "You have known each other for %(count)d months: they can still go elsewhere without a word.",
    "count",
)
_REASONS: Mapping[Reason, Promise] = {
    Reason.ONESELF: _("This is your own card."),
    Reason.NOT_DELIVERED: _("No work of yours for them is written down: nobody can recommend what they have not seen."),
    Reason.NOT_HEARD: _("Your work is delivered, but you have not written down what they think of it. Ask that first."),
    Reason.NOT_GOOD: _("The last they said of your work is that it was not wholly good. That comes first."),
    Reason.ASKED_LATELY: _(
        "You asked on %(day)s. Silence is an answer too; asking again would be decent from %(again)s on."
    ),
    Reason.DOES_NOT_REFER: _(
        "You asked before, and nobody came: recommending is probably not their way. It says nothing about what they"
        " think of your work."
    ),
    Reason.NOT_SOLID: _("The relationship has %(points)d of 100 points today; it is solid from %(bar)d."),
}
CAME: Mapping[Answer | None, Promise] = {
    Answer.REFERRED: _("they recommended you"),
    Answer.NO: _("they would rather not"),
    Answer.SILENCE: _("nothing came, and that is an answer"),
    None: _("it still has its time"),
}
ANSWERS: Mapping[Answer, Promise] = {
    Answer.REFERRED: _("They recommended me"),
    Answer.NO: _("They would rather not"),
    Answer.SILENCE: _("Nothing came of it"),
}


@dataclass(frozen=True, kw_only=True)
class HarmShown:
    """A harm and its sentence about this contact."""

    title: Promise
    text: str


@dataclass(frozen=True, kw_only=True)
class AskShown:
    """An earlier ask, in words."""

    uid: str
    on: date
    came: str
    overruled: bool
    open: bool


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A message to send oneself, in the language of its reader."""

    subject: str
    text: str
    language: str


def reasons(page: AskPage, *, policy: Policy) -> list[str]:
    """Return each reason why one does not ask, as a sentence (R30–R32, R34)."""
    verdict = page.verdict
    told = {
        "points": page.bond.solidity.points,
        "bar": policy.solid_from,
        "day": days.said(page.asks[0].asked.on, year=True) if page.asks else "",
        "again": days.said(verdict.again_on, year=True) if verdict.again_on else "",
    }
    return [str(_REASONS[reason]) % told for reason in verdict.reasons]


def answer(page: AskPage) -> str:
    """Return the answer in a word or two, to be read first."""
    if page.verdict.may:
        return gettext("Yes, this once") if page.verdict.overruled else gettext("Yes")
    if page.verdict.reasons[0] in (Reason.ONESELF, Reason.DOES_NOT_REFER):
        return gettext("Better not")
    return gettext("Not yet")


def harms(page: AskPage) -> list[HarmShown]:
    """Return the five harms, each against this contact's own history (R33)."""
    return [HarmShown(title=HARMS[seen.harm], text=_harm(seen)) for seen in page.verdict.harms]


def _harm(seen: HarmSeen) -> str:
    if seen.ground is Ground.NEW and seen.count >= 2 * _A_MONTH:
        return str(_KNOWN_MONTHS % {"count": seen.count // _A_MONTH})
    if seen.ground in _MANY:
        return str(_MANY[seen.ground] % {"count": seen.count})
    return str(_GROUNDS[seen.ground]) % {"day": days.said(seen.on, year=True) if seen.on else ""}


def earlier(line: AskLine) -> AskShown:
    """Return an earlier ask and what came of it."""
    return AskShown(
        uid=line.uid,
        on=line.asked.on,
        came=str(CAME[line.came]),
        overruled=line.overruled,
        open=line.asked.referred_on is None,
    )


# -- the message ------------------------------------------------------------------------------------


def is_familiar(card: ContactCard, wish: str) -> bool:
    """Return whether the message says "tu": as wished, else to friends. English has one word for both."""
    return wish == "tu" or (wish != "vous" and Kind.FRIEND in card.kinds)


def wording(card: ContactCard, *, member: MemberCard, familiar: bool) -> Wording:
    """Return a message that asks, and leaves an easy way out: no answer is an answer (R32)."""
    language = card.language or member.language
    with translation.override(translation.get_supported_language_variant(language)):
        told = {"name": card.given_name or card.name, "me": member.name}
        text = "\n\n".join(part % told for part in (_familiar() if familiar else _polite()))
        return Wording(subject=gettext("A question you may leave unanswered"), text=text, language=language)


def _polite() -> tuple[str, ...]:
    return (
        pgettext("polite", "Hello %(name)s,"),
        pgettext(
            "polite",
            "I am glad that what I did for you was of use. If somebody you know could use the same, would you tell"
            " them about me? Please ask them first, as I would not like to disturb anybody.",
        ),
        pgettext(
            "polite",
            "If nobody comes to mind, or if you would rather not, you need not answer: I will not ask again, and it"
            " changes nothing between us.",
        ),
        pgettext("polite", "Kind regards,\n%(me)s"),
    )


def _familiar() -> tuple[str, ...]:
    return (
        pgettext("familiar", "Hello %(name)s,"),
        pgettext(
            "familiar",
            "I am glad that what I did for you was of use. If somebody you know could use the same, would you tell"
            " them about me? Please ask them first, as I would not like to disturb anybody.",
        ),
        pgettext(
            "familiar",
            "If nobody comes to mind, or if you would rather not, you need not answer: I will not ask again, and it"
            " changes nothing between us.",
        ),
        pgettext("familiar", "Kind regards,\n%(me)s"),
    )
