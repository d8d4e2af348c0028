"""What stands on the page about farming besides who is due: one card for each other way to care for people (R35)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from entremise.accounts.queries import MemberCard
from entremise.people.queries import handing
from entremise.people.queries.turns import Turns
from entremise.referrals.queries import helping


@dataclass(frozen=True, kw_only=True)
class Card:
    """A title, one sentence, and the name of the address it leads to."""

    title: str | Promise
    text: str | Promise
    to: str


# In the order in which they are shown; each family of pages adds its own.
CULTIVATING: tuple[Card, ...] = (
    Card(
        title=_("Whom you may ask today"),
        text=_("A handful at most: your work was found good, the relationship is solid, and you never asked."),
        to="to_ask",
    ),
    Card(
        title=_("Who recommends unasked, who when asked"),
        text=_("Your own clients beside the old rule of 20–60–20."),
        to="twenty_sixty",
    ),
    Card(
        title=_("Our turn to help"),
        text=_("What those who recommended you are looking for, and whom of your contacts it makes one think of."),
        to="our_turn",
    ),
    Card(
        title=_("Cards before the New Year"),
        text=_("From mid-November: a paper card to the twenty people who matter most, in your own words, with labels."),
        to="cards",
    ),
    Card(
        title=_("Lunches"),
        text=_("With the five with whom most good turns went both ways, from time to time, in your calendar."),
        to="lunches",
    ),
    Card(
        title=_("Your profile in their hands"),
        text=_("Who has it, how old theirs is, and what has changed since."),
        to="hands",
    ),
    Card(
        title=_("Who brought whom into my life"),
        text=_("Behind every good contact stands somebody who introduced you: to whom you owe most, over generations."),
        to="first_persons",
    ),
    Card(
        title=_("Your sphere"),
        text=_("How many people your contacts know: three figures, with what each knows and what it assumes."),
        to="sphere",
    ),
)


def lunch_words(turns: Turns) -> str:
    """Return what waits among the lunches: one to confirm before one that is high time; empty for none (R24)."""
    if turns.to_confirm:
        return gettext("Did the lunch with %(name)s take place?") % {"name": turns.to_confirm[0]}
    if turns.due:
        return gettext("A lunch with %(name)s would be high time.") % {"name": turns.due[0]}
    return ""


def waits(member: MemberCard, turns: Turns) -> Mapping[str, str]:
    """Return what waits in the rooms behind the cards, by address, in a bounded number of queries (R24, R27, R42)."""
    helped = sum(bool(one.proposed) for one in helping.our_turn(member=member))
    behind = handing.facts(owner_pk=member.pk).behind
    ours = ngettext(
        "For %(count)d person who recommended you, somebody comes to mind.",
        "For %(count)d people who recommended you, somebody comes to mind.",
        helped,
    )
    older = ngettext("%(count)d person has an older version.", "%(count)d people have an older version.", behind)
    return {
        "lunches": lunch_words(turns),
        "our_turn": ours % {"count": helped} if helped else "",
        "hands": older % {"count": behind} if behind else "",
    }
