"""What a giver judged, and what came of it: for their radar, and for nobody else's eyes (R14, R15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entremise.accounts.queries import MemberCard
from entremise.protocol.evaluation import Again, Match
from entremise.protocol.measure import Measured
from entremise.protocol.radar import Judged
from entremise.protocol.types import Role
from entremise.referrals.models import Evaluation
from entremise.referrals.queries import measured
from entremise.referrals.queries.outside import Direction
from entremise.referrals.queries.stories import NAME_FIELDS, name_in

_CLIENTS = ("referral__need__client", "outside__client")
_NAMES = tuple(f"{client}__{name}" for client in _CLIENTS for name in ("uid", *NAME_FIELDS))
_PARTIES = {Role.RECEIVER.value, Role.CLIENT.value}
_SAID = ("role", "deadline", "match", "again_receiver", "again_client", "referral__uid", "outside__uid")


def judged(*, giver: MemberCard) -> tuple[Judged, ...]:
    """Return every introduction of this giver's, here or outside, about which anybody was asked whether it was a good
    match, the oldest first; in three queries however many (R14, R15).

    Somebody of whom the giver's own book holds a name alone has that name, and no key. What the parties answered is in
    it, and leaves it through `protocol.radar.radar` alone.
    """
    asked: dict[str, dict[str, Mapping[str, Any]]] = {}
    here = Evaluation.objects.filter(referral__giver_id=giver.pk)
    noted = Evaluation.objects.filter(outside__owner_id=giver.pk, outside__direction=Direction.GIVEN.value)
    columns = (*_SAID, "outside__client_name", *_NAMES)
    for row in here.values(*columns).union(noted.values(*columns), all=True):  # an OR would read the whole table
        asked.setdefault(row["referral__uid"] or row["outside__uid"], {})[row["role"]] = row
    if not asked:
        return ()
    given = (one for one in measured.given(member=giver) if one.uid in asked)
    return tuple(_judged(one, asked[one.uid]) for one in given)


def _judged(one: Measured, said: Mapping[str, Mapping[str, Any]]) -> Judged:
    own = said.get(Role.GIVER.value, {})
    first = next(iter(said.values()))
    client, client_name = _client(first)
    return Judged(
        uid=one.uid,
        on=one.introduced_on,
        receiver=one.other,
        receiver_name=one.other_name,
        client=client,
        client_name=client_name,
        trade=one.trade,
        letters=one.letters,
        match_giver=_match(own),
        match_receiver=_match(said.get(Role.RECEIVER.value, {})),
        match_client=_match(said.get(Role.CLIENT.value, {})),
        again_receiver=_again(own, "again_receiver"),
        again_client=_again(own, "again_client"),
        outcome=one.outcome,
        closes=max(row["deadline"] for row in said.values()) if set(said) >= _PARTIES else None,
    )


def _client(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the key and the name of the client; both empty for somebody forgotten."""
    for prefix in _CLIENTS:
        key = row[f"{prefix}__uid"]
        if key:
            name = name_in(dict(row), prefix)
            return (key, name) if name else ("", "")
    return "", row["outside__client_name"] or ""


def _match(row: Mapping[str, Any]) -> Match | None:
    return Match(row["match"]) if row.get("match") else None


def _again(row: Mapping[str, Any], about: str) -> Again | None:
    return Again(row[about]) if row.get(about) else None
