"""One need as each of its people may see it now: rows caught up with the clock, put through the wall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import translation
from django.utils.translation import pgettext

from entremise.lib.prepared import Prepared
from entremise.people.queries import ContactCard
from entremise.protocol import checklist, wall
from entremise.protocol import need as attempts_of
from entremise.protocol.checklist import Sheet, handed_over
from entremise.protocol.guard import clean_name
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Referral as Life
from entremise.protocol.types import PERMISSION_OF, REFERRERS, Kind, Role, Way
from entremise.protocol.wall import Disclosed, Everything, Part, Person, Projection
from entremise.referrals import mapping
from entremise.referrals.models import Need, Referral
from entremise.referrals.models import Part as PartRow
from entremise.referrals.queries import briefs
from entremise.referrals.queries.rows import Rows, read_rows


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One need at one instant. Pages and letters take what they show from `disclosed`, and from nothing else."""

    rows: Rows
    lives: tuple[Life, ...]
    sheets: Mapping[tuple[int, Role], Sheet]
    policy: Policy

    def projected(self, index: int, role: Role) -> Projection:
        """Return what `role` sees of attempt `index` (R7)."""
        return wall.project(self.lives[index], observer=role, policy=self.policy)

    def disclosed(self, index: int, role: Role, *, language: str) -> Disclosed:
        """Return what `role` may be shown of attempt `index`, the brief in their words (R4)."""
        return self.disclosed_as(self.projected(index, role), index, language=language)

    def disclosed_as(self, projection: Projection, index: int, *, language: str) -> Disclosed:
        """Return what somebody with this projection may be shown of attempt `index`."""
        return wall.disclose(projection, self._everything(index, projection.observer, language))

    def told_by_giver(self, projection: Projection, index: int, *, language: str) -> Disclosed:
        """Return the same in the giver's own words: who carries it reads nothing a party corrected (R7)."""
        return wall.disclose(projection, self._everything(index, projection.observer, language, by=Role.GIVER))

    def by_hand(self, index: int) -> bool:
        """Tell whether no mail reaches the receiver, so that the giver hands them the introduction (R6d)."""
        return not self.rows.receiver(self.rows.referrals[index]).email

    def sheet(self, index: int, role: Role) -> Sheet:
        """Return a party's own part: as they filled it in, else what the giver's book says of them (R17)."""
        row = self.rows.referrals[index]
        return self.sheets.get((row.pk, role)) or first_sheet(self._contact(row, role), role, need=self.rows.need)

    def _contact(self, row: Referral, role: Role) -> ContactCard:
        if role in REFERRERS:
            return self.rows.referrers(row)[role]
        return self.rows.receiver(row) if role is Role.RECEIVER else self.rows.client

    def _person(self, index: int, role: Role, observer: Role, language: str) -> Person:
        """A party as they wrote themself down; to the giver and to referrers always as in the giver's own book.

        A correction comes with an answer, so whoever saw it would know that there was one (R7).
        """
        row = self.rows.referrals[index]
        contact = self._contact(row, role)
        unseen = observer is Role.GIVER or observer in REFERRERS
        kept = None if unseen else self.sheets.get((row.pk, role))
        if kept is not None and not kept.name:  # forgotten: the other side keeps its history, with someone in it (R47)
            return Person(name=someone(language))
        name = clean_name(kept.name if kept else contact.name) or someone(language)
        return Person(name=name, company=clean_name(contact.company), address=contact.email)

    def referrer(self, index: int, role: Role, *, language: str) -> Person:
        """Return a referrer as the giver's book has them, for themself and whoever may know them (R39)."""
        who = self._contact(self.rows.referrals[index], role)
        name = clean_name(who.name) or someone(language)
        return Person(name=name, company=clean_name(who.company), address=who.email)

    def _co_introducer(self, index: int, role: Role, observer: Role, language: str) -> Person:
        """A referrer as others read them: once forgotten, someone to all but the giver, whose book names them (R47)."""
        if observer is not Role.GIVER and self.rows.forgotten(index, PERMISSION_OF[role]):
            return Person(name=someone(language))
        return self.referrer(index, role, language=language)

    def _part(self, index: int, role: Role, by: Role | None) -> Part:
        """A party's part, and how their consent was given, as the other reads them once introduced (R6d, R18)."""
        if by is Role.GIVER:
            contact = self._contact(self.rows.referrals[index], role)
            return handed_over(first_sheet(contact, role, need=self.rows.need))
        request = self.lives[index].request(_CONSENTS[role])
        how = request.how.value if request is not None and request.how else ""
        return replace(handed_over(self.sheet(index, role)), how=how)

    def _everything(self, index: int, role: Role, language: str, *, by: Role | None = None) -> Everything:
        brief, row = mapping.brief(self.rows.need), self.rows.referrals[index]
        tell = briefs.sentence_to_client if role is Role.CLIENT else briefs.sentence
        giver = self.rows.giver
        return Everything(
            giver=Person(
                name=clean_name(giver.name) or someone(language), company=clean_name(giver.company), address=giver.email
            ),
            receiver=self._person(index, Role.RECEIVER, by or role, language),
            client=self._person(index, Role.CLIENT, by or role, language),
            brief=tell(brief, language=language),
            trade=briefs.trade_phrase(brief, language=language),
            referrers={one: self._co_introducer(index, one, role, language) for one in self.rows.referrers(row)},
            receiver_part=self._part(index, Role.RECEIVER, by),
            client_part=self._part(index, Role.CLIENT, by),
        )


_CONSENTS = {Role.RECEIVER: Kind.RECEIVER, Role.CLIENT: Kind.NAME}


def scene(need_pk: int, *, now: datetime, policy: Policy) -> Scene:
    """Return one need as it stands at `now`, in six queries. Raises NeedGone."""
    return scene_of(read_rows(need_pk), now=now, policy=policy)


_PARTS = Prepared(lambda need: PartRow.objects.filter(referral__need_id=need))


def scene_of(rows: Rows, *, now: datetime, policy: Policy) -> Scene:
    """Return the scene of rows already read."""
    sheets = {(row.referral_id, Role(row.role)): mapping.sheet(row) for row in _PARTS(need=rows.need.pk)}
    lives = mapping.lives(rows.need, rows.referrals, rows.requests)
    caught_up = attempts_of.pass_time(lives, now=now, policy=policy).attempts
    return Scene(rows=rows, lives=caught_up, sheets=sheets, policy=policy)


def someone(language: str) -> str:
    """Return what stands for a person whose name was erased (R47)."""
    with translation.override(language):
        return pgettext("a person who is not named any more", "someone")


def completeness(rows: Rows, index: int) -> int:
    """Return how much of the checklist the two parts of an attempt hold together, in percent (R19): the parts as both
    will read them, each as its party filled it in, else as the giver's book and need say it."""
    row = rows.referrals[index]
    kept = {Role(part.role): mapping.sheet(part) for part in PartRow.objects.filter(referral_id=row.pk)}
    cards = {Role.RECEIVER: rows.receiver(row), Role.CLIENT: rows.client}
    sheets = (kept.get(role) or first_sheet(card, role, need=rows.need) for role, card in cards.items())
    return round(100 * checklist.completeness(*sheets))


_WAYS = {"email": Way.MAIL, "mobile": Way.PHONE, "phone": Way.PHONE}


def first_sheet(contact: ContactCard, role: Role, *, need: Need) -> Sheet:
    """Return what the giver's book and need say of a party, for them to correct (R17); nothing is invented."""
    way = _WAYS.get(contact.preferred) or (Way.PHONE if contact.phone else Way.MAIL if contact.email else None)
    details = contact.phone if way is Way.PHONE else contact.email if way is Way.MAIL else ""
    client = role is Role.CLIENT
    return Sheet(
        role=role,
        name=contact.name,
        way=way,
        details=details,
        best_time=contact.best_time,
        booking="" if client else contact.booking,
        reason=(need.reason or need.note) if client else "",
        budget=need.budget if client else "",
    )
