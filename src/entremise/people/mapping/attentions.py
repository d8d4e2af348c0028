"""Small attentions as read-only values, and what is refused of what was written about them (R24, R25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from entremise.lib.refused import Refused
from entremise.people.models import Agreement, AttentionHabits, Lunch
from entremise.protocol.attention import LunchTurn, Wish, Word, Worth

LONGEST_CARD = 600
LONGEST_SENDER = 300
LONGEST_NOTE = 1_000
LONGEST_PLACE = 200
LONGEST_AGREEMENT = 500
SHORTEST_MEAL, LONGEST_MEAL = 15, 600  # minutes
_FURTHEST = timedelta(days=2 * 365)


class AttentionRefused(Refused):
    """It cannot be kept as written; `reasons` gives, for each field, one word.

    Reasons: `empty`, `long`, `unknown`, `past`, `far`, `future`.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Attended:
    """Somebody among the best, why, and what can be written to them; `word` costs nothing (R25)."""

    contact_pk: int
    uid: str
    name: str
    given_name: str
    company: str
    address: str
    area: str
    email: str
    worth: Worth
    word: Word
    wish: Wish | None
    last_contact: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CardFor(Attended):
    """One of the people who get a card this year; `words` are for them alone, empty where everybody's are used."""

    words: str
    sent_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LunchPlan:
    """A lunch that is planned; `starts_at` is an instant, `minutes` how long it is kept free."""

    uid: str
    contact_pk: int
    starts_at: datetime
    minutes: int
    place: str
    note: str
    sequence: int
    updated_at: datetime

    @property
    def ends_at(self) -> datetime:
        """The instant it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, kw_only=True, slots=True)
class LunchWith(Attended):
    """One of the people to ask to lunch, whose turn it is, and the lunch that is planned with them."""

    turn: LunchTurn
    plan: LunchPlan | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """How a member sends small attentions; `layout` is empty until one was chosen."""

    words: str = ""
    layout: str = ""
    sender: str = ""
    without_budget: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementCard:
    """What was agreed with a contact about a commission (R25)."""

    contact_pk: int
    words: str
    since: date | None


def checked_words(text: str) -> str:
    """Return the words of a card, tidied. Raises AttentionRefused when they are too long to be written on one."""
    words = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))
    if len(words) > LONGEST_CARD:
        raise AttentionRefused({"words": "long"})
    return words


def checked_plan(*, starts_at: datetime, minutes: int, place: str, note: str, now: datetime) -> dict[str, object]:
    """Return the columns of a lunch. Raises AttentionRefused naming every field that cannot be kept."""
    place, note = " ".join(place.split()), note.replace("\r\n", "\n").strip()
    reasons: dict[str, str] = {}
    if starts_at <= now:
        reasons["starts_at"] = "past"
    elif starts_at > now + _FURTHEST:
        reasons["starts_at"] = "far"
    if not SHORTEST_MEAL <= minutes <= LONGEST_MEAL:
        reasons["minutes"] = "unknown"
    if len(place) > LONGEST_PLACE:
        reasons["place"] = "long"
    if len(note) > LONGEST_NOTE:
        reasons["note"] = "long"
    if reasons:
        raise AttentionRefused(reasons)
    return {"starts_at": starts_at, "minutes": minutes, "place": place, "note": note}


def checked_agreement(*, words: str, since: date | None, today: date) -> dict[str, object]:
    """Return the columns of an agreement. Raises AttentionRefused naming every field that cannot be kept."""
    said = " ".join(words.split())
    reasons: dict[str, str] = {}
    if not said or len(said) > LONGEST_AGREEMENT:
        reasons["words"] = "long" if said else "empty"
    if since is not None and since > today:
        reasons["since"] = "future"
    if reasons:
        raise AttentionRefused(reasons)
    return {"words": said, "since": since}


def habits_of(row: AttentionHabits | None) -> Habits:
    """Return a row as a value; without one, what a member begins with."""
    if row is None:
        return Habits()
    return Habits(words=row.words, layout=row.layout, sender=row.sender, without_budget=row.without_budget)


def plan_of(row: Lunch) -> LunchPlan:
    """Return a row as a value."""
    return LunchPlan(
        uid=row.uid,
        contact_pk=row.contact_id,
        starts_at=row.starts_at,
        minutes=row.minutes,
        place=row.place,
        note=row.note,
        sequence=row.sequence,
        updated_at=row.updated_at,
    )


def agreement_of(row: Agreement) -> AgreementCard:
    """Return a row as a value."""
    return AgreementCard(contact_pk=row.contact_id, words=row.words, since=row.since)
