"""What the members of an invented installation keep of their own: a profile and who has it, small corrections, what
came outside, the months they looked back on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import models

from entremise.accounts.models import Member
from entremise.lib import links
from entremise.lib.chance import SeededChance
from entremise.people.mapping.handing import How
from entremise.people.mapping.profiles import ProfileText, text_to_json
from entremise.people.models import Handing, Profile, ProfileVersion
from entremise.protocol import duties, evaluation
from entremise.protocol.diagnosis import Facts, Question, Said
from entremise.protocol.looking_back import Opened
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome, Role
from entremise.referrals import mapping
from entremise.referrals.models import Evaluation, Outside, Review, ReviewAnswer
from entremise.referrals.queries.keys import Purpose
from tests.performance import afterwards, plots

TABLES = (Profile, ProfileVersion, Handing, Outside, Review, ReviewAnswer)
_PARTS: tuple[dict[str, Any], ...] = (  # of a profile, in the order in which they are added
    {"services": ("Bilans de petites entreprises", "Fiches de paie")},
    {"markets": ("Restaurants de quartier", "Artisans qui embauchent")},
    {"listen_for": ("Je ne sais jamais ce que je dois",), "not_for_me": ("Les entreprises cotées",)},
    {"floor": 800, "introduced": "Un courriel aux deux, puis je téléphone."},
)
_HANDED_ONE_IN = 4  # contacts of somebody with a profile
_OUTSIDE_EACH = 1  # referral made here: most still arrive outside any program (R23b)
_MONTHS = 4  # looked back on, at most


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """A member with their book, and what is drawn for them. `contacts` are primary keys."""

    member: Member
    contacts: Sequence[int]
    now: datetime
    dice: Random
    chance: SeededChance
    secret: bytes

    def ago(self, *, most: timedelta, least: timedelta = timedelta()) -> datetime:
        """Return an instant between so long ago and so long ago."""
        return self.now - timedelta(seconds=self.dice.uniform(least.total_seconds(), most.total_seconds()))


def kept(keeper: Keeper, *, referrals: int) -> Iterator[models.Model]:
    """Give the rows of one member with this many referrals made here; each has its number before the next is made."""
    count = keeper.dice.randrange(len(_PARTS) + 1)
    written = sorted(keeper.ago(most=plots.LONGEST) for _ in range(count))
    if written:
        yield from _profile(keeper, written)
    yield from afterwards.corrections(keeper.member, written, now=keeper.now, dice=keeper.dice, chance=keeper.chance)
    for number in range(_OUTSIDE_EACH * referrals):
        yield from _outside(keeper, given=bool(number % 2))
    yield from _months(keeper)


# -- the profile ------------------------------------------------------------------------------------


def _profile(keeper: Keeper, written: Sequence[datetime]) -> Iterator[models.Model]:
    """A profile of a version for each of these instants, and whom each was given to."""
    said: dict[str, Any] = {}
    texts = [text_to_json(ProfileText(**(said := said | more))) for more in _PARTS[: len(written)]]
    profile = Profile(
        uid=keeper.chance.uid(), owner=keeper.member, said=texts[-1], seen_by="members", version=len(texts),
        created_at=written[0], updated_at=written[-1],
    )  # fmt: skip
    yield profile
    for number, (text, at) in enumerate(zip(texts, written, strict=True), start=1):
        yield ProfileVersion(profile=profile, number=number, said=text, at=at)
    for contact in keeper.dice.sample(keeper.contacts, len(keeper.contacts) // _HANDED_ONE_IN):
        number = keeper.dice.randrange(len(texts))
        until = [*written, keeper.now][number + 1]
        on = max(written[number], until - timedelta(days=keeper.dice.randrange(1, 90)))
        yield Handing(
            uid=keeper.chance.uid(), profile=profile, contact_id=contact, act=keeper.chance.uid(), how=How.PDF.value,
            version=number + 1, on=on.date(),
        )  # fmt: skip


# -- what came outside ------------------------------------------------------------------------------


def _outside(keeper: Keeper, *, given: bool) -> Iterator[models.Model]:
    """One referral from outside: three of four of those older than two months are over."""
    other, client = keeper.dice.sample(keeper.contacts, 2)
    at = keeper.ago(most=plots.LONGEST)
    row = Outside(
        uid=keeper.chance.uid(), owner=keeper.member, direction="given" if given else "received", other_id=other,
        client_id=client, trade="", said="", arrived_at=at, created_at=at, **_followed(keeper, at),
    )  # fmt: skip
    asked = evaluation.due(at, days=None, policy=DEFAULT)
    if given:
        row.evaluation_due = asked if asked > keeper.now else None
    else:
        row.duty_due = duties.next_due(mapping.followed(row, since=at), policy=DEFAULT)
    yield row
    if given and asked <= keeper.now:
        yield _judged(keeper, row, asked)


def _followed(keeper: Keeper, at: datetime) -> dict[str, Any]:
    columns = {"thanked_at": at + timedelta(days=1), "contacted_at": at + timedelta(days=2)}
    if keeper.now - at > timedelta(days=60) and keeper.dice.random() < 0.75:
        columns["news_at"] = columns["outcome_at"] = at + timedelta(days=keeper.dice.randrange(5, 60))
    said = {name: day for name, day in columns.items() if day <= keeper.now}
    over = {"outcome": afterwards.outcome(keeper.dice).value} if "outcome_at" in said else {}
    return {**said, **over, "moved_at": max(said.values(), default=at)}


def _judged(keeper: Keeper, row: Outside, asked: datetime) -> Evaluation:
    """What its giver was asked, and said in two of three."""
    uid = keeper.chance.uid()
    said = afterwards.judgement(Role.GIVER, asked, keeper.dice) if keeper.dice.random() < 0.67 else {}
    return Evaluation(
        uid=uid, fingerprint=links.fingerprint(links.token(Purpose.EVALUATION, uid, secret=keeper.secret)), outside=row,
        role=Role.GIVER.value, address_hash=keeper.member.address_hash, language="fr", asked_at=asked,
        deadline=evaluation.deadline(asked, policy=DEFAULT), **said,
    )  # fmt: skip


# -- looking back -----------------------------------------------------------------------------------


def _months(keeper: Keeper) -> Iterator[models.Model]:
    """The last months but this one and the one before, which may still be open: some were answered."""
    first = (keeper.now.replace(day=1) - timedelta(days=1)).replace(day=1)
    for _ in range(keeper.dice.randrange(_MONTHS + 1)):
        first = (first - timedelta(days=1)).replace(day=1)
        at = first + timedelta(days=27)
        days = keeper.dice.randrange(400)
        facts = Facts(on=at.date(), profile_days=days, reviewed=2, here=2, outcomes={Outcome.LOST: 2})
        review = Review(
            member=keeper.member, key=f"{first:%Y-%m}", opened=Opened.MONTH.value, begun_at=at, saved_at=at,
            answered_at=at, facts=mapping.diagnosis_to_json(facts),
        )  # fmt: skip
        yield review
        for question in Question:
            yield ReviewAnswer(review=review, question=question.value, said=keeper.dice.choice(list(Said)).value)
