"""Fill an empty database with the members, contacts and referrals of a large invented installation.

Rows are written in bulk, in states that the protocol itself came to (`plots`); everything is drawn from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from entremise.accounts.models import Member
from entremise.accounts.queries import address_hash
from entremise.catalogue.trades import all_trades
from entremise.lib import links
from entremise.lib.chance import SeededChance
from entremise.outbox.models import Message, State
from entremise.people import mapping as people
from entremise.people.models import Bond, Contact, ContactWay, Interaction
from entremise.people.queries import Way, WayKind
from entremise.protocol import duties
from entremise.protocol.consent import Request as Consent
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Kind, Role
from entremise.referrals import mapping
from entremise.referrals.models import Moment, Need, Part, Question, Referral, Request, Word
from entremise.referrals.queries.keys import Purpose
from tests.performance import afterwards, notebooks, plots
from tests.performance.bonds import happenings, summary
from tests.performance.notebooks import Keeper
from tests.performance.plots import Course, Fact

GIVEN = (
    *("Agathe", "Anaïs", "Antoine", "Aurélien", "Béatrice", "Bastien", "Camille", "Cédric", "Chloé", "Clément"),
    *("Daphné", "Denis", "Élise", "Éric", "Fanny", "Florent", "Gaëlle", "Gilles", "Hugo", "Inès", "Jérôme", "Joëlle"),
    *("Karim", "Laure", "Léon", "Maëlle", "Mathieu", "Nadia", "Noé", "Odile", "Pascal", "Quentin", "Rachel", "Rémi"),
    *("Sabine", "Samir", "Théo", "Thomas", "Ursule", "Valérie", "Victor", "Yann", "Zoé"),
)
FAMILY_BEGINNINGS = ("Arm", "Bel", "Cast", "Dur", "Est", "Font", "Garn", "Hub", "Jol", "Lam", "Mar", "Nog", "Per")
FAMILY_ENDINGS = ("and", "aire", "elot", "eneau", "eyrac", "ier", "illac", "in", "oux", "et", "asset", "ouin")
COMPANIES = ("Atelier", "Cabinet", "Conseil", "Maison", "Groupe", "Studio", "Comptoir", "Bureau")
AREAS = ("FR-69", "FR-75", "FR-31", "FR-33", "FR-59", "FR-13")
CLIENT_KINDS = ("individual", "couple", "family")
CONTACTS_EACH = 50
HAPPENED_EACH = 10  # with a contact, on average
MEMBERS_ONE_IN = 4  # contacts
KEPT_DAYS = 90  # of messages that have left
_BATCH = 2_000
_TABLES: tuple[type[models.Model], ...] = (
    *(Member, Contact, ContactWay, Interaction, Bond),
    *(Need, Referral, Request, Part, Question, Word, Moment, Message),
    *notebooks.TABLES,
    *afterwards.TABLES,
)


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large an installation."""

    members: int
    contacts: int
    referrals: int
    interactions: int = 0


def of_size(referrals: int) -> Size:
    """Return the installation with this many referrals: as many contacts, a member for every fifty, and ten things
    that happened with each contact."""
    return Size(
        members=max(3, referrals // CONTACTS_EACH),
        contacts=referrals,
        referrals=referrals,
        interactions=referrals * HAPPENED_EACH,
    )


@dataclass(frozen=True)
class Person:
    """Somebody in somebody's book."""

    pk: int
    name: str
    email: str
    phone: str
    hash: str


class Builder:
    """Writes one installation, member by member, table by table."""

    def __init__(self, size: Size, *, now: datetime, seed: int = 1) -> None:
        self.size, self.now = size, now
        self.dice = random.Random(seed)
        self.chance = SeededChance(seed)
        self.secret = links.site_secret()
        self.trades = [trade.key for trade in all_trades()]
        self.waiting: dict[type[models.Model], list[models.Model]] = {}
        self.numbers: dict[type[models.Model], int] = {}
        self.contacts: dict[int, Contact] = {}

    @transaction.atomic
    def build(self) -> None:
        """Fill the database, whose tables of members, contacts and referrals are empty before."""
        members = [self._member(number) for number in range(self.size.members)]
        self._flush()
        addresses = [(row.email, row.address_hash) for row in members]
        books = _shares(self.size.contacts, len(members))
        stories = _shares(self.size.referrals, len(members))
        for row, contacts, referrals in zip(members, books, stories, strict=True):
            friends = self.dice.sample(addresses, min(len(addresses), contacts // MEMBERS_ONE_IN))
            known = [*(friend for friend in friends if friend[0] != row.email), *[None] * contacts]
            book = [self._contact(row, known[number]) for number in range(contacts)]
            self._live_with(row, book)
            self._keep(row, book, referrals)
            self._flush_when_large()
            self._refer(row, book, referrals)
        self._flush()
        self._continue_numbers()

    # -- rows ---------------------------------------------------------------------------------------

    def _add(self, row: models.Model) -> int:
        table = type(row)
        self.numbers[table] = row.pk = self.numbers.get(table, 0) + 1
        self.waiting.setdefault(table, []).append(row)
        return self.numbers[table]

    def _flush_when_large(self) -> None:
        if sum(map(len, self.waiting.values())) > 10 * _BATCH:
            self._flush()

    def _flush(self) -> None:
        for table in _TABLES:
            _insert(table, self.waiting.pop(table, []))

    def _continue_numbers(self) -> None:
        """Let the next row get the next number: we have given the numbers ourselves."""
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), list(self.numbers)):
                cursor.execute(sql)
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE")  # which its own autovacuum does within a minute

    # -- people -------------------------------------------------------------------------------------

    def _names(self) -> tuple[str, str]:
        family = self.dice.choice(FAMILY_BEGINNINGS) + self.dice.choice(FAMILY_ENDINGS)
        return self.dice.choice(GIVEN), family

    def _member(self, number: int) -> Member:
        given, family = self._names()
        email = f"membre{number}@installation.example"
        row = Member(
            uid=self.chance.uid(), email=email, address_hash=address_hash(email), password="!" + self.chance.uid(),
            name=f"{given} {family}", company="", language="fr", is_owner=number == 0,
            joined_at=self.now - plots.LONGEST - timedelta(days=60),
        )  # fmt: skip
        self._add(row)
        return row

    def _contact(self, owner: Member, member: tuple[str, str] | None) -> Person:
        """Put somebody in a book: a member of the installation, given their address and its hash, or somebody else."""
        given, family = self._names()
        number = self.numbers.get(Contact, 0) + 1
        email = member[0] if member else f"p{number}@ailleurs.example"
        phone = f"06{number % 10**8:08d}"
        ways = (
            Way(kind=WayKind.EMAIL, value=email, normalised=email),
            Way(kind=WayKind.MOBILE, value=phone, normalised="+33" + phone[1:]),
        )
        values: dict[str, Any] = {
            "given_name": given, "family_name": family, "company": f"{self.dice.choice(COMPANIES)} {family}",
            "position": "", "trade": self.dice.choice(self.trades), "trade_text": "", "area": self.dice.choice(AREAS),
            "kinds": self.dice.choice(("client", "colleague", "supplier", "")), "notes": "Vu au salon de printemps.",
        }  # fmt: skip
        values |= {"sort_key": people.sort_key(values, ways), "search_text": people.search_text(values, ways)}
        values["company_key"] = people.company_key(values["company"])
        at = self._before(plots.LONGEST) - plots.LONGEST
        row = Contact(uid=self.chance.uid(), owner=owner, created_at=at, updated_at=at, **values)
        self.contacts[self._add(row)] = row
        for way in people.way_rows(row, ways):
            self._add(way)
        return Person(row.pk, f"{given} {family}", email, phone, member[1] if member else address_hash(email))

    def _live_with(self, owner: Member, book: list[Person]) -> None:
        """Let as much happen with each of a book as this installation has for them, and sum it up."""
        each = self.size.interactions / max(1, self.size.contacts)
        for person in book:
            rows = happenings(self.dice, about=each, today=self.now.date())
            for happened in rows:
                columns = {"uid": self.chance.uid(), "words": "", "cause": "", "created_at": self.now}
                self._add(Interaction(owner=owner, contact_id=person.pk, **happened, **columns))
            if rows:
                contact = self.contacts.pop(person.pk)
                self._add(Bond(owner=owner, contact_id=person.pk, **summary(rows, contact, now=self.now)))

    def _keep(self, owner: Member, book: list[Person], referrals: int) -> None:
        """Let a member keep what is theirs alone: a profile, what came outside, months looked back on."""
        contacts = [person.pk for person in book if person.email != owner.email]
        keeper = Keeper(
            member=owner, contacts=contacts, now=self.now, dice=self.dice, chance=self.chance, secret=self.secret
        )
        for one in notebooks.kept(keeper, referrals=referrals):
            self._add(one)

    def _before(self, most: timedelta) -> datetime:
        return self.now - timedelta(seconds=self.dice.uniform(0, most.total_seconds()))

    # -- referrals ----------------------------------------------------------------------------------

    @cached_property
    def _courses(self) -> tuple[list[Course], list[int]]:
        weighed = plots.courses()
        return [course for _, course in weighed], [weight for weight, _ in weighed]

    def _refer(self, giver: Member, book: list[Person], referrals: int) -> None:
        """Give a member this many referrals, over people of their book."""
        courses, weights = self._courses
        left = referrals
        while left > 0:
            course = self.dice.choices(courses, weights)[0]
            if len(course.attempts) <= left:
                people = self.dice.sample(book, len(course.attempts) + 1)
                _Need(self, giver, course, client=people[0], receivers=people[1:]).write()
                left -= len(course.attempts)


class _Need:
    """One need with everything that hangs on it."""

    def __init__(
        self, builder: Builder, giver: Member, course: Course, *, client: Person, receivers: Sequence[Person]
    ) -> None:
        self.to, self.giver, self.course = builder, giver, course
        self.client, self.receivers = client, receivers
        rest = timedelta(seconds=builder.dice.uniform(0, course.rest.total_seconds()))
        self.by = builder.now - course.age - rest - plots.EPOCH  # how far the course's instants are moved

    def write(self) -> None:
        """Add the rows."""
        self.need = self._need()
        self.to._add(self.need)
        self.rows = [self._referral(index) for index in range(len(self.course.attempts))]
        for fact in self.course.facts:
            self._remember(fact)
        for word, at in self.course.words:
            text = "Merci de votre confiance, le premier échange a été très agréable."
            row = self.rows[-1]
            told = Word(uid=self.to.chance.uid(), referral=row, kind=word.kind, text=text, at=at + self.by)
            self.to._add(told)
            if word.outcome:
                self.to._add(afterwards.ending(row, told))
            self._remember(Fact(attempt=len(self.rows) - 1, what=word.kind, by=Role.RECEIVER, kind=None, at=at))

    def _need(self) -> Need:
        begun, due, dice = plots.EPOCH + self.by, self.course.next_due, self.to.dice
        return Need(
            uid=self.to.chance.uid(), giver=self.giver, client_id=self.client.pk, area=dice.choice(AREAS),
            client_kind=dice.choice(CLIENT_KINDS), trade=dice.choice(self.to.trades), urgency="now",
            until=begun + timedelta(days=self.course.wanted_in), note="À prévoir avant la fin de la saison.",
            effort="name", version=len(self.course.facts), next_due=due + self.by if due else None, created_at=begun,
        )  # fmt: skip

    def _referral(self, index: int) -> Referral:
        life = plots.moved_life(self.course.attempts[index], self.by)
        receiver, uid = self.receivers[index], self.to.chance.uid()
        columns: dict[str, Any] = {"moved_at": self.course.moved[index] + self.by}
        if life.introduced_at:
            columns |= self._said() | {"completeness": afterwards.completeness(self.to.dice)}
        row = Referral(
            uid=uid, news_fingerprint=self._fingerprint(Purpose.NEWS, uid), need=self.need, giver=self.giver,
            attempt=index + 1, receiver_id=receiver.pk, receiver_hash=receiver.hash,
            answers=afterwards.answers(self.to.dice), created_at=self.course.begun[index] + self.by,
            **mapping.life_columns(life), **columns,
        )  # fmt: skip
        facts = mapping.facts(row)
        row.duty_due = duties.next_due(facts, policy=DEFAULT) if facts else None
        self.to._add(row)
        for request in plots.own_requests(life):
            self._request(row, plots.moved_request(request, self.by), receiver)
        self._question(row)
        self._evaluated(row, receiver)
        return row

    def _evaluated(self, row: Referral, receiver: Person) -> None:
        """The three were asked how it was, or will be."""
        if row.introduced_at is None:
            return
        three = {Role.GIVER: (self.giver.email, self.giver.address_hash)}
        three |= {Role.RECEIVER: (receiver.email, receiver.hash), Role.CLIENT: (self.client.email, self.client.hash)}
        due = afterwards.evaluation_due(row.introduced_at)
        if due > self.to.now:
            row.evaluation_due = due
            return
        for one in afterwards.voices(row, three, dice=self.to.dice, chance=self.to.chance, secret=self.to.secret):
            self.to._add(one)

    def _question(self, row: Referral) -> None:
        """One receiver in twenty asks something within the hour; every second one waits for the answer."""
        at, draw = row.created_at + timedelta(hours=1), self.to.dice.random()
        if draw < 0.05 and at < self.to.now:
            answer = {"answer": "Avant la fin du mois.", "answered_at": min(at + timedelta(hours=5), self.to.now)}
            text = "Pour quand faut-il prévoir cela ?"
            more = answer if draw < 0.025 else {}
            self.to._add(Question(uid=self.to.chance.uid(), referral=row, text=text, asked_at=at, **more))

    def _said(self) -> dict[str, Any]:
        """Return the columns that the receiver's words have filled."""
        columns = {"thanks": "thanked_at", "contact": "contacted_at", "news": "news_at", "outcome": "outcome_at"}
        found: dict[str, Any] = {}
        for word, at in self.course.words:
            found |= {columns[word.kind]: at + self.by, "moved_at": at + self.by}
            if word.outcome:
                found |= {"outcome": afterwards.outcome(self.to.dice).value, "news_at": at + self.by}
        return found

    def _request(self, row: Referral, consent: Consent, receiver: Person) -> None:
        person = receiver if consent.kind.asked is Role.RECEIVER else self.client
        uid = self.to.chance.uid()
        self.to._add(
            Request(
                uid=uid,
                fingerprint=self._fingerprint(Purpose.REQUEST, uid),
                need=self.need,
                referral=row,
                address=person.email,
                address_hash=person.hash,
                language="fr",
                **mapping.consent_columns(consent),
            )
        )
        if consent.answer and consent.answer.value == "yes" and consent.kind in (Kind.RECEIVER, Kind.NAME):
            role = consent.kind.asked.value
            self.to._add(Part(referral=row, role=role, name=person.name, way="phone", details=person.phone))
        if self.to.now - consent.sent_at < timedelta(days=KEPT_DAYS):
            self._letter(uid, consent.sent_at)

    def _letter(self, request: str, at: datetime) -> None:
        """The request's mail has left and is kept a season."""
        uid = self.to.chance.uid()
        self.to._add(
            Message(
                uid=uid,
                job="referral/ask",
                key=f"ask:{request}",
                payload={"request": request},
                message_id=f"<{uid}@installation.example>",
                state=State.SENT,
                due_at=at,
                attempts=1,
                fence=1,
                created_at=at,
                settled_at=at + timedelta(seconds=3),
            )
        )

    def _remember(self, fact: Fact) -> None:
        self.to._add(
            Moment(
                need=self.need,
                attempt=fact.attempt + 1,
                what=fact.what,
                by=fact.by.value if fact.by else "time",
                kind=fact.kind.value if fact.kind else "",
                at=fact.at + self.by,
            )
        )

    def _fingerprint(self, purpose: Purpose, uid: str) -> str:
        return links.fingerprint(links.token(purpose, uid, secret=self.to.secret))


def _insert(table: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write rows whose numbers are given: half the work of Django's own bulk insert, which must learn the numbers."""
    fields = table._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(table._meta.db_table)} ({columns}) VALUES ({places})"
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        for start in range(0, len(values), _BATCH):
            cursor.executemany(sql, values[start : start + _BATCH])


def _shares(total: int, among: int) -> Iterator[int]:
    """Share a number out as evenly as whole numbers allow."""
    return (total * (n + 1) // among - total * n // among for n in range(among))


def build(size: Size, *, now: datetime, seed: int = 1) -> None:
    """Fill the empty database of this process."""
    Builder(size, now=now, seed=seed).build()
