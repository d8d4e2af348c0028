"""Rows ↔ snapshots of the protocol, and rows → read-only values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from entremise.protocol import care, diagnosis, duties, upkeep
from entremise.protocol.checklist import Field, Sheet
from entremise.protocol.consent import Request as Consent
from entremise.protocol.consent import State
from entremise.protocol.overruled import Points
from entremise.protocol.referral import Referral as Life
from entremise.protocol.referral import Stage
from entremise.protocol.types import Answer, How, Kind, Outcome, Role, Urgency, Way
from entremise.referrals.models import Need, Part, Proof, Referral, Request
from entremise.referrals.models.shapes import Followed

_Named = TypeVar("_Named", bound=StrEnum)
_CONSENT_FIELDS = (
    "sent_at", "deadline", "answered_at", "hold_until", "effective_at", "told_at", "reminded_at", "takes_part", "mute",
)  # fmt: skip


# -- snapshots --------------------------------------------------------------------------------------


def consent(row: Request) -> Consent:
    """Return the request as the protocol knows it."""
    return Consent(
        kind=Kind(row.kind),
        state=State(row.state),
        answer=Answer(row.answer) if row.answer else None,
        how=How(row.how) if row.how else None,
        **{name: getattr(row, name) for name in _CONSENT_FIELDS},
    )


def consent_columns(request: Consent) -> dict[str, Any]:
    """Return the columns that hold a request of the protocol."""
    return {
        "kind": request.kind.value,
        "state": request.state.value,
        "answer": request.answer.value if request.answer else "",
        "how": request.how.value if request.how else "",
        **{name: getattr(request, name) for name in _CONSENT_FIELDS},
    }


def lives(
    need: Need,
    referrals: Sequence[Referral],
    requests: Sequence[Request],
    *,
    silenced: frozenset[Role] = frozenset(),
) -> tuple[Life, ...]:
    """Return every attempt as the protocol knows it, in their order.

    An attempt rests on the yes in principle it asked for itself, else on the last one asked before it (R5); and so on
    the answer of whoever introduced the client, where that is the same person (R38). `silenced` concerns the last
    attempt, the only one that can still ask.
    """
    of = {(row.referral_id, Kind(row.kind)): consent(row) for row in requests}
    found: list[Life] = []
    principle: Consent | None = None
    allowed: dict[int | None, Consent] = {}
    for row in referrals:
        principle = of.get((row.pk, Kind.PRINCIPLE), principle)
        own = of.get((row.pk, Kind.CLIENT_PERMISSION))
        before = allowed.get(row.client_referrer_id) if own is None else None
        if own is not None:
            allowed[row.client_referrer_id] = own
        last = row is referrals[-1]
        life = _life(need, row, of, principle, silenced if last else frozenset())
        found.append(replace(life, permission_c=before, asked_before=True) if before else life)
    return tuple(found)


def _life(
    need: Need,
    row: Referral,
    of: Mapping[tuple[int, Kind], Consent],
    principle: Consent | None,
    silenced: frozenset[Role],
) -> Life:
    return Life(
        need_until=need.until,
        stage=Stage(row.stage),
        permissions=frozenset(kind for kind, referrer in referrer_pks(row).items() if referrer is not None),
        permission=of.get((row.pk, Kind.PERMISSION)),
        permission_c=of.get((row.pk, Kind.CLIENT_PERMISSION)),
        begun_at=row.created_at,
        receiver=of.get((row.pk, Kind.RECEIVER)),
        principle=principle,
        principle_here=row.principle_here,
        name=of.get((row.pk, Kind.NAME)),
        silenced=silenced,
        carried=frozenset(Role(role) for role in row.carries),
        name_from=row.name_from,
        name_open=row.name_open,
        client_from=row.client_from,
        stopped_at=row.stopped_at,
        introduced_at=row.introduced_at,
        told=frozenset(Role(role) for role in row.told),
    )


def referrer_pks(row: Referral) -> Mapping[Kind, int | None]:
    """Return which contact each permission is asked of (R38); None where none is."""
    return {Kind.PERMISSION: row.referrer_id, Kind.CLIENT_PERMISSION: row.client_referrer_id}


def life_columns(life: Life) -> dict[str, Any]:
    """Return the columns that hold an attempt of the protocol, its requests apart."""
    return {
        "stage": life.stage.value,
        "principle_here": life.principle_here,
        "name_from": life.name_from,
        "name_open": life.name_open,
        "client_from": life.client_from,
        "stopped_at": life.stopped_at,
        "introduced_at": life.introduced_at,
        "told": sorted(role.value for role in life.told),
    }


def facts(row: Referral) -> duties.Facts | None:
    """Return what the receiver has done since the introduction, or None before it."""
    return None if row.introduced_at is None else followed(row, since=row.introduced_at)


def followed(row: Followed, *, since: datetime) -> duties.Facts:
    """Return what has been done and said since the two knew of each other, here or outside (R20–R23b)."""
    return duties.Facts(
        introduced_at=since,
        thanked_at=row.thanked_at,
        contacted_at=row.contacted_at,
        news_at=row.news_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        to_promote=frozenset(Role(role) for role in row.to_promote),
    )


# -- read-only values -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BriefData:
    """The need told without anybody's identity, as codes (R4); doors put it into words."""

    client_kind: str
    trade: str
    trade_words: str
    area: str
    urgency: str
    wanted_by: date | None
    note: str


# What a need keeps of the draft it came from.
OF_NEED = (
    "client_kind", "trade", "trade_words", "area", "urgency", "wanted_by", "note", "effort", "reason", "budget",
    "commission",
)  # fmt: skip


def brief(row: Need) -> BriefData:
    """Return the need's brief."""
    return BriefData(
        client_kind=row.client_kind,
        trade=row.trade,
        trade_words=row.trade_words,
        area=row.area,
        urgency=row.urgency,
        wanted_by=row.wanted_by,
        note=row.note,
    )


def sheet(row: Part) -> Sheet:
    """Return one party's part of the checklist."""
    return Sheet(
        role=Role(row.role),
        name=row.name,
        way=Way(row.way) if row.way else None,
        details=row.details,
        best_time=row.best_time,
        reason=row.reason,
        booking=row.booking,
        budget=row.budget,
    )


@dataclass(frozen=True, kw_only=True)
class ProofCard:
    """One link of the chain of proofs (R10)."""

    number: int
    person: str
    kind: str
    said: str
    how: str
    language: str
    text: str
    at: datetime
    seal: str
    text_hash: str = ""
    erased_at: datetime | None = None
    erased_seal: str = ""


_OF_PROOF = (
    "number", "person", "kind", "said", "how", "language", "text", "at", "seal", "text_hash", "erased_at",
    "erased_seal",
)  # fmt: skip


def proof(row: Proof) -> ProofCard:
    """Return one proof."""
    return ProofCard(**{name: getattr(row, name) for name in _OF_PROOF})


@dataclass(frozen=True, kw_only=True)
class NeedDraft:
    """What a giver has typed so far about a need, as codes and words; it travels with the forms (R3).

    `lead` is the uid of the giver's lead that it would become the referral of (R2).
    """

    client: str = ""
    receiver: str = ""
    client_kind: str = ""
    trade: str = ""
    trade_words: str = ""
    area: str = ""
    source: str = ""
    urgency: str = ""
    wanted_by: date | None = None
    knows_receiver: str = ""
    knows_client: str = ""
    fits: Mapping[str, str] = field(default_factory=dict)
    overruled: tuple[str, ...] = ()
    steps_back: bool = True
    effort: str = ""
    note: str = ""
    reason: str = ""
    budget: str = ""
    commission: bool = False
    lead: str = ""
    carries: tuple[str, ...] = ()

    def answers(self) -> care.Answers:
        """Return the answers to the CARE test. Raises ValueError while one that matters is missing."""
        return care.Answers(
            source=care.Source(self.source),
            urgency=Urgency(self.urgency),
            wanted_by=self.wanted_by,
            knows_receiver=care.Known(self.knows_receiver),
            knows_client=care.Known(self.knows_client),
            fits={care.Question(name): care.Fit(fit) for name, fit in self.fits.items()},
            steps_back=self.steps_back,
            overruled=frozenset(care.Question(name) for name in self.overruled),
        )

    def brief(self) -> BriefData:
        """Return the brief this draft would become."""
        return BriefData(**{f.name: getattr(self, f.name) for f in fields(BriefData)})

    def to_json(self) -> dict[str, Any]:
        """Return the draft as JSON can hold it."""
        typed = asdict(self)
        typed["wanted_by"] = self.wanted_by.isoformat() if self.wanted_by else None
        typed["overruled"] = list(self.overruled)
        typed["carries"] = list(self.carries)
        return typed

    @classmethod
    def from_json(cls, typed: Mapping[str, Any]) -> NeedDraft:
        """Return the draft that `to_json` wrote; fields unknown to this version are left out."""
        known = {f.name: typed[f.name] for f in fields(cls) if f.name in typed}
        wanted_by = known.get("wanted_by")
        known["wanted_by"] = date.fromisoformat(wanted_by) if wanted_by else None
        known["overruled"] = tuple(known.get("overruled", ()))
        known["carries"] = tuple(known.get("carries", ()))
        return cls(**known)


# -- the facts of a review, as they were that day (R27) -----------------------------------------------


_DAYS = ("on", "handed_first", "handed_on")


def diagnosis_to_json(facts: diagnosis.Facts) -> dict[str, Any]:
    """Return the facts as JSON can hold them."""
    kept = asdict(facts)
    for name in _DAYS:
        kept[name] = kept[name].isoformat() if kept[name] else None
    return kept


def diagnosis_from_json(kept: Mapping[str, Any]) -> diagnosis.Facts:
    """Return the facts that `diagnosis_to_json` wrote; what this version does not know is left out."""
    known: dict[str, Any] = {f.name: kept[f.name] for f in fields(diagnosis.Facts) if f.name in kept}
    for name in _DAYS:
        known[name] = date.fromisoformat(known[name]) if known.get(name) else None
    for name in ("thanks", "contact", "news"):
        known[name] = upkeep.Counts(**known[name])
    known["profile_missing"] = tuple(known["profile_missing"])
    known["lacking"] = _by_name(Field, known["lacking"])
    known["outcomes"] = _by_name(Outcome, known["outcomes"])
    told = known["overruled"]
    known["overruled"] = Points(of=told["of"], times=_by_name(care.Question, told["times"]))
    return diagnosis.Facts(**known)


def _by_name(names: type[_Named], counts: Mapping[str, int]) -> dict[_Named, int]:
    there = {one.value: one for one in names}
    return {there[name]: n for name, n in counts.items() if name in there}
