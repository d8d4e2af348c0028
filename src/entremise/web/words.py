"""The words for what the protocol knows: one place for every state, duty, outcome, request, way and role.

Sentences take names as placeholders. In French no placeholder follows a word that would lose its vowel before
another ("de", "que"), since we cannot know how a name begins, nor whether a person is a man or a woman.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entremise.protocol.duties import Duty
from entremise.protocol.types import Kind, Outcome, Role, Way
from entremise.protocol.wall import Seen


@dataclass(frozen=True)
class Word:
    """A short label, and a sentence that explains it; the sentence may name %(receiver)s and %(client)s."""

    label: Promise
    help: Promise


# What a giver's stories look like to the giver, then what one party's own request has come to.
SEEN: Mapping[Seen, Word] = {
    Seen.DRAFT: Word(_("Draft"), _("Nobody has been asked anything yet.")),
    Seen.ASKING_REFERRER: Word(
        _("Permission asked"),
        _("%(first)s is asked first for permission. %(receiver)s and %(client)s know nothing of it."),
    ),
    Seen.ASKING_RECEIVER: Word(
        _("The receiver is asked"),
        _("%(receiver)s is asked first, about the need alone. %(client)s is not asked anything before a yes."),
    ),
    Seen.ASKING_CLIENT: Word(
        _("The client is asked"),
        _("%(receiver)s said yes. Now %(client)s is asked in principle, without any name."),
    ),
    Seen.CLIENT_AGREED: Word(
        _("The client agrees in principle"),
        _("%(receiver)s and %(client)s agree. %(client)s confirms in a second message, which says the name."),
    ),
    Seen.INTRODUCED: Word(
        pgettext_lazy("state", "Introduced"),
        _("%(receiver)s and %(client)s know each other now. The rest is theirs: you are out of the conversation."),
    ),
    Seen.NOT_CONCLUDED: Word(
        _("Not concluded"),
        _("Nothing came of it, and nobody has to say why. Your need can still find somebody else."),
    ),
    Seen.NOTHING: Word(_("Not asked"), _("This person has not been asked anything.")),
    Seen.ASKED: Word(_("Asked"), _("The request stands until its day.")),
    Seen.AGREED: Word(_("Agreed"), _("The yes can be taken back until the introduction.")),
    Seen.DECLINED: Word(_("Declined"), _("The no can be changed until the day of the request.")),
    Seen.LAPSED: Word(_("Closed"), _("The day of the request has passed.")),
    Seen.NAMED: Word(_("Name told"), _("The name is known; the confirmation is awaited.")),
    Seen.CONFIRMED: Word(_("Confirmed"), _("The confirmation can be taken back until the introduction.")),
    Seen.NAME_DECLINED: Word(_("Not with this person"), _("The no can be changed until the day of the request.")),
    Seen.NAME_LAPSED: Word(_("Closed"), _("The day of the request has passed.")),
}
STOPPED = Word(
    _("Stopped"),
    _("You stopped it. Nothing new leaves, and nobody is told; what was delivered can be answered until its day."),
)
TOLD_NO = Word(
    _("A no was told to you"),
    _("This time it will not be. You can try somebody else, or let it rest until it closes by itself."),
)


@dataclass(frozen=True)
class Obligation:
    """A duty in words: its label; to whoever owes it (`mine`, with the `act`); to the giver who awaits it (`theirs`).

    The sentences name %(person)s, the other member of the bond, and %(about)s, the client.
    """

    label: Promise
    mine: Promise
    act: Promise
    theirs: Promise


DUTIES: Mapping[Duty, Obligation] = {
    Duty.THANKS: Obligation(
        label=_("Thanks"),
        mine=_("%(person)s recommended you to %(about)s: say thank you, in your own words."),
        act=_("Say thank you"),
        theirs=_("%(person)s and %(about)s: a word of thanks for you."),
    ),
    Duty.CONTACT: Obligation(
        label=_("First contact"),
        mine=_("%(about)s is waiting for a first word from you. %(person)s recommended you."),
        act=_("Say that it is done"),
        theirs=_("%(person)s and %(about)s: word of a first contact."),
    ),
    Duty.NEWS: Obligation(
        label=_("News"),
        mine=_("%(person)s would like to know how it goes with %(about)s."),
        act=_("Give news"),
        theirs=_("%(person)s and %(about)s: news of how it goes."),
    ),
    Duty.PROMOTION: Obligation(
        label=_("A good word"),
        mine=_("A true good word to %(about)s about %(person)s, who recommended you."),
        act=_("Say it"),
        theirs=_("%(person)s and %(about)s: a good word about you."),
    ),
}

OUTCOMES: Mapping[Outcome, Word] = {
    Outcome.WON: Word(_("They work together"), _("%(client)s has chosen %(receiver)s.")),
    Outcome.LOST: Word(_("Another choice"), _("%(client)s has chosen somebody else.")),
    Outcome.NOT_A_FIT: Word(_("Not a fit"), _("It was not what %(client)s needed.")),
    Outcome.NO_NEED: Word(_("No need after all"), _("%(client)s needs nothing any more.")),
    Outcome.NEVER_REACHED: Word(_("Never reached"), _("%(receiver)s could never reach %(client)s.")),
    Outcome.SET_ASIDE: Word(_("Set aside"), _("It is set aside, and can be taken up again.")),
}

# What each request is, and what it says to the person whose answer it awaits.
KINDS: Mapping[Kind, Word] = {
    Kind.PERMISSION: Word(
        _("Permission"), _("%(giver)s would like to recommend somebody you introduced, and asks you first.")
    ),
    Kind.CLIENT_PERMISSION: Word(
        _("Permission"), _("%(giver)s would like to recommend somebody you introduced, and asks you first.")
    ),
    Kind.RECEIVER: Word(_("The receiver's yes"), _("%(giver)s would like to recommend you, and asks you first.")),
    Kind.PRINCIPLE: Word(
        _("The client's yes in principle"), _("%(giver)s knows somebody for what you are looking for.")
    ),
    Kind.NAME: Word(_("The client's confirmation"), _("%(giver)s tells you who it is, and asks you to confirm.")),
}

WAYS: Mapping[Way, Promise] = {
    Way.PHONE: _("By telephone"),
    Way.MAIL: _("By e-mail"),
    Way.MESSAGE: _("By message"),
    Way.MEETING: _("In person"),
}

ROLES: Mapping[Role, Promise] = {
    Role.GIVER: _("giver"),
    Role.RECEIVER: _("receiver"),
    Role.CLIENT: _("client"),
    Role.REFERRER: _("referrer"),
    Role.CLIENT_REFERRER: _("referrer"),
    Role.OUTSIDER: _("outsider"),
}

APT: Mapping[str, Promise] = {
    "yes": _("It was a good match."),
    "partly": _("It was partly a good match."),
    "no": _("It was not a good match."),
}
