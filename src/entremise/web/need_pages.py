"""What the pages of the way in show beside their question: notes, the verdict, the brief, the mails, the wall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from entremise.accounts.queries import MemberCard
from entremise.catalogue import areas
from entremise.lib import law
from entremise.lib.mail import Letter
from entremise.people.queries import ContactCard
from entremise.protocol.care import Verdict
from entremise.protocol.types import REFERRERS, Kind, Role, Urgency
from entremise.protocol.wall import Item, Seen
from entremise.referrals.actions.preview import Preview, known_at, previews
from entremise.referrals.queries import briefs
from entremise.referrals.queries.stories import DraftLine
from entremise.web import commissions, need_permissions, need_steps, need_words
from entremise.web.contact_forms import place_label
from entremise.web.need_state import At, listed
from entremise.web.sleep_forms import SleepForm, as_lead

_ = gettext_lazy
TEMPLATES: Mapping[str, str] = {
    "client": "person.html",
    "trade": "trade.html",
    "kind": "question.html",
    "area": "area.html",
    "receiver": "person.html",
    "real": "real.html",
    "known": "known.html",
    "fits": "fits.html",
    "verdict": "verdict.html",
    "brief": "brief.html",
    "effort": "effort.html",
}


def beside(step: str, at: At) -> dict[str, Any]:
    """Return what one page shows beside its question."""
    match step:
        case "fits":
            return {
                "notes": notes(at.receiver, at.member.language),
                "sentence": sentence(at, Role.RECEIVER),
                "held": at.held,
            }
        case "verdict":
            return verdict(at)
        case "brief":
            words = gettext("%(name)s will read")
            parties = (Role.RECEIVER, Role.CLIENT)
            return {"sentences": [(words % {"name": at.name(role)}, sentence(at, role)) for role in parties]}
        case _:
            return {}


def sentence(at: At, role: Role) -> str:
    """Return the need in the words in which this party will read it, its area no narrower than it may be (R4).

    Empty while it has no time: nobody will read it then.
    """
    if at.draft.urgency != Urgency.NOW and at.draft.wanted_by is None:
        return ""
    area = briefs.widened(at.draft.area, trade=at.draft.trade, policy=law.policy())
    brief = replace(at.draft.brief(), area=area)
    tell = briefs.sentence_to_client if role is Role.CLIENT else briefs.sentence
    return tell(brief, language=at.language(role))


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What one's own book says of the receiver, for judging whether it fits (R12)."""

    name: str
    trade: str
    place: str
    does: str
    does_not: str
    edit: str


def notes(card: ContactCard | None, language: str) -> Notes | None:
    """Return the notes about a contact."""
    if card is None:
        return None
    return Notes(
        name=card.name,
        trade=need_words.contact_note(card, language),
        place=place_label(card.area, language),
        does=card.does,
        does_not=card.does_not,
        edit=card.uid,
    )


def verdict(at: At) -> dict[str, Any]:
    """Return the verdict, and every reason for it in words."""
    judged = need_steps.judgement(at)
    if judged is None:
        raise LookupError("the test is not answered")
    return {
        "verdict": judged.verdict.value,
        "passes": judged.verdict is Verdict.REFERRAL,
        "keeps": judged.verdict in (Verdict.LATER, Verdict.LEAD),
        "letters": need_words.letters_in_words(judged, at=at),
        "wakes_on": judged.wakes_on,
        "sleep": SleepForm(at=at, wakes_on=judged.wakes_on),
        "as_lead": as_lead(at.draft),
    }


# -- the mails --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One mail before it goes: when, to whom, word for word."""

    when: str
    letter: Letter
    until: datetime


_AFTER_PERMISSION = _("To %(receiver)s, once %(first)s has allowed it")
_WHEN: Mapping[Kind, Promise] = {
    Kind.PERMISSION: _("To %(referrer)s, as soon as you send"),
    Kind.CLIENT_PERMISSION: _("To %(referrer_c)s, as soon as you send"),
    Kind.RECEIVER: _("To %(receiver)s, as soon as you send"),
    Kind.PRINCIPLE: _("To %(client)s, once %(receiver)s has said yes"),
    Kind.NAME: _("To %(client)s, once they have said yes to being introduced to somebody"),
}


def letters(at: At) -> dict[str, Any]:
    """Return the exact mails (R6b), and who learns what, when (R4)."""
    assert at.client is not None
    assert at.receiver is not None
    assert at.needed is not None
    first, carried = need_permissions.first_asked(at)
    allowing = need_permissions.allowing(at)
    names = {role.value: card.name for role, card in at.asked.items()}
    parties = {"receiver": at.receiver, "client": at.client}
    made = previews(giver=at.member, draft=at.draft, needed=at.needed, now=at.now, policy=law.policy(), **parties)
    shown = [_shown(one, names, first=allowing) for one in made]
    return {
        "first": need_permissions.first(at),
        "first_asked": first,
        "mails": shown,
        "moments": wall(at),
        "commission": at.draft.commission,
        "paying": commissions.warnings(at.member, at.receiver) if at.draft.commission else [],
        "carriers": _carriers(at),
        "carried": carried,
        "rests": need_permissions.rests(at),
        "first_reminder": made[0].reminded_at,
    }


def _shown(one: Preview, names: Mapping[str, str], *, first: str) -> Shown:
    """A mail, and when it goes; the receiver's goes at once where nobody's permission comes before (R38)."""
    after = one.kind is Kind.RECEIVER and any(role.value in names for role in REFERRERS)
    when = str(_AFTER_PERMISSION if after else _WHEN[one.kind]) % {**names, "first": first}
    if one.carried:
        when = gettext("%(when)s; you bring it") % {"when": when}
    return Shown(when=when, letter=one.letter, until=one.until)


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """Whether the giver brings the questions to one party, and whether that is a choice (R6c, R6d)."""

    role: str
    name: str
    carried: bool
    why: str


def _carriers(at: At) -> list[Carrier]:
    found = []
    before = need_permissions.asked_before(at)
    for role, card in ((role, card) for role, card in at.asked.items() if role not in before):
        why = ""
        if not law.policy().writes_first:
            why = gettext("The law here lets us write first to nobody: you bring the questions to %(name)s.")
        elif not card.email:
            why = gettext("Your book has no e-mail address of %(name)s: you bring them the questions.")
        carried = role.value in at.carried
        found.append(Carrier(role=role.value, name=card.name, carried=carried, why=why % {"name": card.name}))
    return found


@dataclass(frozen=True, kw_only=True)
class Learns:
    """One moment at which somebody learns something, and what they still do not know."""

    when: str
    who: str
    told: list[str]
    untold: list[str]


_MOMENTS: tuple[tuple[Promise, Role, Seen, Seen], ...] = (
    (_("As soon as you send"), Role.RECEIVER, Seen.NOTHING, Seen.ASKED),
    (_("Once %(receiver)s has said yes"), Role.CLIENT, Seen.NOTHING, Seen.ASKED),
    (_("Once %(client)s has said yes in principle"), Role.CLIENT, Seen.ASKED, Seen.NAMED),
    (_("Once %(client)s has confirmed: the introduction"), Role.RECEIVER, Seen.ASKED, Seen.INTRODUCED),
    (_("At the same moment"), Role.CLIENT, Seen.NAMED, Seen.INTRODUCED),
)
_OF_ONESELF = {
    Role.RECEIVER: frozenset({Item.RECEIVER, Item.RECEIVER_PART}),
    Role.CLIENT: frozenset({Item.CLIENT, Item.CLIENT_PART}),
}


# A referrer is told the trade where a party is told the need.
_SAID_OTHERWISE = frozenset({Item.TRADE, Item.BRIEF})


def _moments(at: At) -> Iterator[tuple[Promise, Role, Seen, Seen]]:
    """The moments in order; where a permission comes first, everything else comes after it (R38, R39)."""
    referrers = [role for role in at.asked if role in REFERRERS]
    before_now = need_permissions.asked_before(at)
    for role in (role for role in referrers if role not in before_now):
        yield _MOMENTS[0][0], role, Seen.NOTHING, Seen.ASKED
    for when, role, before, then in _MOMENTS:
        first = referrers and (before, role) == (Seen.NOTHING, Role.RECEIVER)
        yield _ONCE_ALLOWED if first else when, role, before, then
    for role in referrers:
        yield _IF_PART, role, Seen.ASKED, Seen.INTRODUCED


_ONCE_ALLOWED = _("Once %(first)s has allowed it")
_IF_PART = _("At the same moment, if they take part")


def wall(at: At) -> list[Learns]:
    """Return who learns what, when, from the wall's own table."""
    names = {"client": at.name(Role.CLIENT), "receiver": at.name(Role.RECEIVER)}
    names["first"] = need_permissions.allowing(at)
    found = []
    for when, role, before, then in _moments(at):
        own = _OF_ONESELF.get(role, frozenset())
        known = known_at(role, then) - ({Item.TRADE} if role not in REFERRERS else {Item.BRIEF})
        new = known - known_at(role, before) - own
        hidden = frozenset(need_words.ITEMS) - known - own - _SAID_OTHERWISE
        found.append(
            Learns(
                when=str(when) % names,
                who=need_permissions.role_words(role, at),
                told=[need_words.item_words(item, at=at) for item in need_words.ITEMS if item in new],
                untold=[need_words.item_words(item, at=at) for item in need_words.ITEMS if item in hidden],
            )
        )
    return found


# -- drafts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class DraftShown:
    """One kept draft in a list."""

    uid: str
    title: str
    note: str
    updated_at: datetime


def draft_line(line: DraftLine, *, member: MemberCard) -> DraftShown:
    """Return a draft in words."""
    at = At(member=member, draft=listed(line.draft), client=None, receiver=None, now=line.updated_at)
    trade = need_words.trade_words(at)
    place = areas.area(at.draft.area).located(member.language) if at.draft.area else ""
    note = " ".join(filter(None, (trade, place)))
    title = whom_it_is_about(client=line.client, receiver=line.receiver)
    return DraftShown(uid=line.uid, title=title, note=note, updated_at=line.updated_at)


def draft_title(at: At) -> str:
    """Return whom a draft is about."""
    return whom_it_is_about(client=at.name(Role.CLIENT), receiver=at.name(Role.RECEIVER))


def whom_it_is_about(*, client: str, receiver: str) -> str:
    """Return whom a draft is about, by their names; a name may be empty."""
    if client and receiver:
        return gettext("%(receiver)s, for %(client)s") % {"client": client, "receiver": receiver}
    if client:
        return gettext("Somebody for %(client)s") % {"client": client}
    return gettext("Somebody for somebody")
