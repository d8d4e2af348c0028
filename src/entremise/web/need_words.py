"""The words of the giver's way in: why a test says what it says, what gives somebody away, what is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from entremise.catalogue import areas, client_kinds, trades
from entremise.lib import days
from entremise.people.queries import ContactCard
from entremise.protocol.care import Judgement, Letter, Question, Reason, Weight, Why
from entremise.protocol.errors import GivesTooMany, SamePerson
from entremise.protocol.guard import Mark
from entremise.protocol.types import Role
from entremise.protocol.wall import Item
from entremise.web.need_state import At

_ = gettext_lazy

# -- the test ---------------------------------------------------------------------------------------

LETTERS: Mapping[Letter, Promise] = {
    Letter.CONSENT: _("Consent: there is room for a yes"),
    Letter.ACTUAL: _("Actual: the need is there"),
    Letter.RELEVANT: _("Relevant: it fits both of them"),
    Letter.EVALUATE: _("Evaluate: you step back, and look at what came of it"),
}
WEIGHTS: Mapping[Weight, tuple[str, Promise]] = {
    Weight.FOR: ("done", _("speaks for it")),
    Weight.MIND: ("", _("to keep in mind")),
    Weight.AGAINST: ("owed", _("speaks against it")),
}
WHYS: Mapping[Why, Promise] = {
    Why.ASKED_FOR: _("%(client)s spoke of it to you: being asked will not come as a surprise."),
    Why.NOBODY_ASKED: _("The idea is yours. %(client)s has not asked for anything, so nobody is waiting for a call."),
    Why.SECOND_HAND: _("You heard of it from somebody else. Speak with %(client)s first; it may be true already."),
    Why.NEED_NOW: _("The need is there now."),
    Why.NEED_DATED: _("The need has a date, and it is near: %(wanted_by)s."),
    Why.NEED_FAR: _("The date is still far away: %(wanted_by)s. Asked now, nobody could promise anything yet."),
    Why.NEED_SOMEDAY: _("It may be needed one day, and no date is known."),
    Why.NO_NEED: _("Nothing is needed for the moment."),
    Why.DATE_PAST: _("The day you gave is past: %(wanted_by)s."),
    Why.HARDLY_KNOWS_RECEIVER: _(
        "You hardly know %(receiver)s. What they do, well or badly, will be remembered as your recommendation."
    ),
    Why.HARDLY_KNOWS_CLIENT: _(
        "You hardly know %(client)s. If they do not answer, or change their mind, it is your word that %(receiver)s"
        " trusted."
    ),
    Why.STEPS_BACK: _(
        "Once they are introduced you leave them to it, and later you will hear whether it was a good match."
    ),
    Why.STAYS_BETWEEN: _(
        "You would rather stay between them. They will still speak directly: after the introduction you get no copies."
    ),
}
QUESTIONS: Mapping[Question, Promise] = {
    Question.SERVICE: _("Is it what %(receiver)s does?"),
    Question.MARKET: _("Is %(client)s the kind of client %(receiver)s looks for?"),
    Question.AREA: _("Does %(receiver)s work there?"),
    Question.AVAILABLE: _("Can %(receiver)s take it on in time?"),
    Question.WANTED: _("Does %(client)s want somebody, without having anybody yet?"),
    Question.BUDGET: _("Can %(client)s pay what it costs?"),
}
_FITS: Mapping[Question, Mapping[Why, Promise]] = {
    Question.SERVICE: {
        Why.FITS: _("It is what %(receiver)s does."),
        Why.DOES_NOT_FIT: _("It is not what %(receiver)s does."),
        Why.AGAINST_PROFILE: _("%(receiver)s's own profile says that it is not what they do."),
        Why.UNSURE: _("You are not sure that it is what %(receiver)s does; they will say so when they read the need."),
        Why.OVERRULED: _("I know that it is not what %(receiver)s usually does, and I recommend them all the same."),
    },
    Question.MARKET: {
        Why.FITS: _("%(client)s is the kind of client %(receiver)s looks for."),
        Why.DOES_NOT_FIT: _("%(client)s is not the kind of client %(receiver)s looks for."),
        Why.AGAINST_PROFILE: _("%(receiver)s's own profile looks for other clients."),
        Why.UNSURE: _("You do not know whether %(client)s is the kind of client %(receiver)s looks for."),
        Why.OVERRULED: _(
            "I know that this is not the kind of client %(receiver)s looks for, and I recommend them all the same."
        ),
    },
    Question.AREA: {
        Why.FITS: _("%(receiver)s works there."),
        Why.DOES_NOT_FIT: _("%(receiver)s does not work there."),
        Why.AGAINST_PROFILE: _("%(receiver)s's own profile names other places."),
        Why.UNSURE: _("You do not know whether %(receiver)s works there; the need names the place, they will see."),
        Why.OVERRULED: _("I know that %(receiver)s does not usually work there, and I recommend them all the same."),
    },
    Question.AVAILABLE: {
        Why.FITS: _("%(receiver)s can take it on in time."),
        Why.DOES_NOT_FIT: _("%(receiver)s cannot take it on in time."),
        Why.AGAINST_PROFILE: _("%(receiver)s's own profile says that they have no time for it."),
        Why.UNSURE: _("You do not know whether %(receiver)s has the time; that is the first thing they will tell."),
        Why.OVERRULED: _("I know that %(receiver)s has little time, and I recommend them all the same."),
    },
    Question.WANTED: {
        Why.FITS: _("%(client)s wants somebody, and has nobody yet."),
        Why.DOES_NOT_FIT: _("%(client)s has somebody already, or wants nobody."),
        Why.UNSURE: _("You do not know whether %(client)s has somebody already; a word with them would tell."),
        Why.OVERRULED: _("I know that %(client)s may have somebody, and I recommend %(receiver)s all the same."),
    },
    Question.BUDGET: {
        Why.FITS: _("%(client)s can pay what it costs."),
        Why.DOES_NOT_FIT: _("%(client)s can probably not pay what it costs."),
        Why.AGAINST_PROFILE: _("%(receiver)s's own profile begins above the budget you noted."),
        Why.UNSURE: _("You do not know what %(client)s can pay; they will speak of it between themselves."),
        Why.OVERRULED: _("I know that it may cost %(client)s too much, and I recommend %(receiver)s all the same."),
    },
}  # fmt: skip


def day_words(day: date) -> str:
    """Return a day as it is written in a sentence."""
    return days.said(day, year=True)


def _names(at: At) -> dict[str, str]:
    wanted_by = day_words(at.draft.wanted_by) if at.draft.wanted_by else ""
    return {"client": at.name(Role.CLIENT), "receiver": at.name(Role.RECEIVER), "wanted_by": wanted_by}


def question_words(question: Question, *, at: At) -> str:
    """Return one question of relevance, with the names of this need."""
    return str(QUESTIONS[question]) % _names(at)


def overrule_words(question: Question, *, at: At) -> str:
    """Return what the giver ticks to overrule a mismatch knowingly (R12)."""
    return str(_FITS[question][Why.OVERRULED]) % _names(at)


def reason_words(reason: Reason, *, at: At) -> str:
    """Return the sentence of one reason; every reason a judgement can give has one (R12)."""
    words = _FITS[reason.about][reason.why] if reason.about else WHYS[reason.why]
    return str(words) % _names(at)


@dataclass(frozen=True, kw_only=True)
class LetterWords:
    """One letter of the test: its title, and each reason as a sentence, the tone of its tag, and the tag."""

    title: Promise
    reasons: Sequence[tuple[str, str, Promise]]


def letters_in_words(judgement: Judgement, *, at: At) -> list[LetterWords]:
    """Return the explanation of a verdict, letter by letter."""
    return [
        LetterWords(
            title=title,
            reasons=[
                (reason_words(reason, at=at), *WEIGHTS[reason.weight])
                for reason in judgement.reasons
                if reason.letter is letter
            ],
        )
        for letter, title in LETTERS.items()
    ]


# -- what gives somebody away (R4) ------------------------------------------------------------------

_GIVEAWAYS: Mapping[str, Promise] = {
    "name": _("“%(words)s” is, or sounds like, the name of %(person)s."),
    "company": _("“%(words)s” is the company of %(person)s."),
    "mail": _("“%(words)s” is an e-mail address."),
    "domain": _("“%(words)s” is the site, or the mail, of %(person)s."),
    "phone": _("“%(words)s” is a telephone number."),
    "link": _("“%(words)s” is the address of a page."),
    "handle": _("“%(words)s” is somebody's name on a network."),
    "address": _("“%(words)s” is part of a postal address."),
    "other": _("“%(words)s” points at %(person)s."),
}


def mark_words(text: str, marks: Sequence[Mark], *, at: At) -> list[str]:
    """Return one sentence for each part of a text that would say who somebody is."""
    return [
        str(_GIVEAWAYS[mark.field])
        % {
            "words": text[mark.start : mark.end],
            "person": at.name(Role(mark.role)) if mark.role else gettext("somebody"),
        }
        for mark in sorted(marks)
    ]


# -- refusals ---------------------------------------------------------------------------------------

_SAME: Mapping[str, Promise] = {
    "entry": _("%(first)s and %(second)s are the same person. A recommendation joins three different people."),
    "address": _(
        "%(first)s and %(second)s have the same e-mail address in your book. If they are two people, correct one."
    ),
    "phone": _(
        "%(first)s and %(second)s have the same telephone number in your book. If they are two people, correct one."
    ),
}


def same_person_words(refused: SamePerson, *, at: At) -> str:
    """Say why two of the three seem to be one person, from what the giver typed alone (R1)."""
    first, second = (_role_name(role, at) for role in (refused.first, refused.second))
    if Role.GIVER in (refused.first, refused.second):
        other = second if refused.first is Role.GIVER else first
        words = gettext(
            "%(name)s has your own e-mail address. You recommend one person to another, and are a third yourself."
        )
        return words % {"name": other}
    return str(_SAME[refused.why]) % {"first": first, "second": second}


def _role_name(role: Role, at: At) -> str:
    return at.member.name if role is Role.GIVER else at.name(role)


def tried_words(name: str) -> str:
    """Say that this receiver was asked for the same need (R5b)."""
    return gettext("You have asked %(name)s for this need already. Choose somebody else.") % {"name": name}


def too_many_words(refused: GivesTooMany) -> str:
    """Say that the giver's own limit is reached, and what to do (R46)."""
    if refused.per == "day":
        words = gettext(
            "You have sent as many recommendations in the last 24 hours as anybody may: %(limit)d."
            " Keep this draft and send it tomorrow."
        )
    else:
        words = gettext(
            "You have sent as many recommendations in the last seven days as anybody may: %(limit)d."
            " Keep this draft for a few days."
        )
    return words % {"limit": refused.limit}


# -- what was said ----------------------------------------------------------------------------------


def trade_words(at: At) -> str:
    """Return the trade that is looked for."""
    return trades.trade(at.draft.trade).either(at.member.language) if at.draft.trade else at.draft.trade_words


def area_words(at: At) -> str:
    """Return the place as the giver chose it."""
    return areas.area(at.draft.area).label(at.member.language) if at.draft.area else ""


def client_kind_words(at: At) -> str:
    """Return what the need says of the client."""
    key = at.draft.client_kind
    return client_kinds.client_kind(key).phrase(at.member.language) if key else gettext("somebody")


def contact_note(card: ContactCard, language: str) -> str:
    """Return a contact's trade and company, for telling two of the same name apart."""
    trade = card.trade_text or (trades.trade(card.trade).either(language) if card.trade else card.position)
    return ", ".join(filter(None, (trade, card.company if card.company != card.name else "")))


ITEMS: Mapping[Item, Promise] = {
    Item.BRIEF: _("the need, without a name"),
    Item.TRADE: _("the kind of need, or the trade"),
    Item.GIVER: _("that it comes from you"),
    Item.CLIENT: _("who %(client)s is"),
    Item.RECEIVER: _("who %(receiver)s is"),
    Item.CLIENT_PART: _("how to reach %(client)s"),
    Item.RECEIVER_PART: _("how to reach %(receiver)s"),
}


def item_words(item: Item, *, at: At) -> str:
    """Return one thing that can be known, with the names of this need."""
    return str(ITEMS[item]) % _names(at)
