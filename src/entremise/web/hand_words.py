"""The words of a profile in others' hands: what somebody has, why nothing was noted, and what is said to them (R27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from entremise.accounts.queries import MemberCard
from entremise.lib import days
from entremise.people.queries.handing import How, InHand, Message
from entremise.web.profile_words import MY_PARTS

_ = gettext_lazy
HOW: Mapping[How, Promise] = {
    How.LINK: _("As a link, in a message"),
    How.PDF: _("On paper, or as a PDF"),
    How.QR: _("As a code they scan"),
}
_GIVEN: Mapping[How, Promise] = {
    How.LINK: _("Your profile of %(day)s, as a link"),
    How.PDF: _("Your profile of %(day)s, on paper"),
    How.QR: _("Your profile of %(day)s, scanned"),
}
_NEWS: Mapping[str, Promise] = {
    "services": _("what I do"),
    "markets": _("for whom I work"),
    "areas": _("where I work"),
    "availability": _("whether I have time"),
    "listen_for": _("what to listen for"),
    "not_for_me": _("what is not for me"),
    "floor": _("from which budget"),
    "introduced": _("how I like to be introduced"),
}
REASONS: Mapping[tuple[str, str], Promise] = {
    ("profile", "empty"): _("Your profile says nothing yet. One line is enough to begin."),
    ("how", "closed"): _("No link is open for now. Open one first, or hand it over on paper."),
    ("on", "future"): _("This day is still to come."),
    ("on", "before"): _("Your profile said nothing yet on that day."),
    ("pick", "nobody"): _("Please choose at least one person of your address book."),
    ("pick", "many"): _("At most 500 people at once."),
    ("pick", "self"): _("One of the people chosen has your own address: it is you."),
}


def has(one: InHand) -> str:
    """Say what somebody has: "your profile of 3 March, as a link, two versions behind"."""
    given = str(_GIVEN[one.how]) % {"day": days.said(one.on, year=True)}
    if not one.behind:
        return gettext("%(given)s: it is today’s version.") % {"given": given}
    late = ngettext(
        "%(given)s: it has changed once since.", "%(given)s: it has changed %(count)d times since.", one.behind
    )
    return late % {"given": given, "count": one.behind}


def parts(changed: tuple[str, ...]) -> str:
    """Return the parts that say something else today, in words."""
    return ", ".join(str(MY_PARTS[part]) for part in changed)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A message as its reader gets it."""

    subject: str
    text: str


def message(one: Message, *, member: MemberCard, link: str, language: str) -> Written:
    """Return what is said to one contact with their version: the first time what it is, later what has changed."""
    with translation.override(language):
        named = {"name": one.card.given_name or one.card.name, "member": member.name}
        opening = (
            _news(one) if one.before else gettext("Here is, on one page, what I do, for whom, and when to think of me.")
        )
        where = (
            gettext("It is here:") + f"\n{link}"
            if link and one.hand.how is not How.PDF
            else gettext("You will find it enclosed.")
        )
        thanks = gettext(
            "Thank you for thinking of me when you hear of such a need. And tell me whom you are looking for."
        )
        text = "\n\n".join((gettext("Hello %(name)s,") % named, opening, where, thanks, member.name))
        return Written(subject=gettext("How to refer %(name)s") % {"name": member.name}, text=text)


def _news(one: Message) -> str:
    assert one.before is not None
    day = days.said(one.before.on, year=True)
    said = gettext("The page you have from me, of %(day)s, has changed.") % {"day": day}
    if not one.before.changed:
        return said
    changed = gettext("What is new: %(parts)s.") % {"parts": ", ".join(str(_NEWS[part]) for part in one.before.changed)}
    return f"{said} {changed}"
