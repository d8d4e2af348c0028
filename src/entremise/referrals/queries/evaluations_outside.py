"""What a member is asked about a match they made outside the program (R14, R23b)."""

from __future__ import annotations

from datetime import datetime

from entremise.accounts.queries import MemberCard
from entremise.people import queries as people
from entremise.protocol.types import Role
from entremise.protocol.wall import Disclosed, Person, Seen
from entremise.referrals.models import Evaluation
from entremise.referrals.queries.evaluations import EvaluationPage
from entremise.referrals.queries.outside import known


def outside_evaluation(*, owner: MemberCard, uid: str, now: datetime) -> EvaluationPage | None:
    """Return what the member is asked about one of their own records; None while nothing is, or when it has closed."""
    asked = Evaluation.objects.filter(outside__uid=uid, outside__owner_id=owner.pk, deadline__gt=now)
    row = asked.select_related("outside").first()
    if row is None or row.outside is None:
        return None
    record = row.outside
    wanted = [pk for pk in (record.other_id, record.client_id) if pk]
    cards = people.contacts_by_pks(owner_pk=owner.pk, pks=wanted)
    client = known(cards[record.client_id]).name if record.client_id in cards else record.client_name
    return EvaluationPage(
        uid=row.uid,
        referral_uid="",
        role=Role.GIVER,
        shown=Disclosed(
            seen=Seen.INTRODUCED,
            giver=Person(name=owner.name),
            receiver=Person(name=known(cards[record.other_id]).name),
            client=Person(name=client),
        ),
        answered_at=row.answered_at,
        deadline=row.deadline,
        outcome_known=bool(record.outcome),
        address_hash=row.address_hash,
        language=owner.language,
        time_zone=owner.time_zone,
    )
