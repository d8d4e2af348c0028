"""How proofs of consent are sealed, and whether a chain of them is what it was (R10).

Each seal is a keyed hash (HMAC-SHA256 with the installation's secret) over the seal before it and everything the proof
says. Nobody without the secret can write a proof, change one, take one out or put two in another order unnoticed.
A proof whose text has been erased after its time (R48) keeps its seal, which the next one rests on; a second seal over
what is left, the text's fingerprint and the instant of the erasure takes the place of the check against the text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from entremise.lib import links
from entremise.referrals import mapping
from entremise.referrals.mapping import ProofCard
from entremise.referrals.models import Need, Proof

FIRST = ""
_SAID = ("number", "person", "kind", "said", "how", "language")


def seal(card: ProofCard, before: str) -> str:
    """Seal a proof with the seal before it and the site's secret: without it no chain can be written anew."""
    content = [before, card.at.isoformat(), *(str(getattr(card, name)) for name in (*_SAID, "text"))]
    return _keyed(content, purpose="proof")


def erased_seal(card: ProofCard, before: str) -> str:
    """Seal what is left of a proof without its text: an erasure cannot be taken for tampering, nor hide one."""
    erased = card.erased_at.isoformat() if card.erased_at else ""
    content = [before, card.seal, card.at.isoformat(), card.text_hash, erased]
    return _keyed([*content, *(str(getattr(card, name)) for name in _SAID)], purpose="erased proof")


def fingerprint_of(text: str) -> str:
    """Return the SHA-256 of a text, by which whoever kept it can show that it was this one."""
    return hashlib.sha256(text.encode()).hexdigest()


def _keyed(content: Sequence[str], *, purpose: str) -> str:
    return links.keyed_hash(json.dumps(list(content), ensure_ascii=False), purpose=purpose, secret=links.site_secret())


def is_whole(card: ProofCard, before: str) -> bool:
    """Tell whether a proof is what was sealed, its text erased or not."""
    if card.erased_at is None:
        return links.same(card.seal, seal(card, before))
    return not card.text and links.same(card.erased_seal, erased_seal(card, before))


def broken_in(chain: Sequence[ProofCard]) -> tuple[int, ...]:
    """Return the numbers of the broken links of a chain in its order."""
    broken: list[int] = []
    before = FIRST
    for expected, card in enumerate(chain, start=1):
        if card.number != expected or not is_whole(card, before):
            broken.append(card.number)
        before = card.seal
    return tuple(broken)


def chain_of(need_pk: int) -> tuple[ProofCard, ...]:
    """Return the proofs of one need in their order."""
    return tuple(mapping.proof(row) for row in Proof.objects.filter(need_id=need_pk).order_by("number"))


def broken_links(need_pk: int) -> tuple[int, ...]:
    """Return the numbers of the proofs that are not what they were, or do not follow the one before (R10)."""
    return broken_in(chain_of(need_pk))


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One need's proofs, by the need's public id, and which of them are broken."""

    need: str
    proofs: tuple[ProofCard, ...]
    broken: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ProofsHealth:
    """How many proofs there are, how many have had their time, and the needs whose chain does not hold."""

    proofs: int
    erased: int
    chains: int
    broken: tuple[str, ...]
    oldest: datetime | None

    @property
    def is_whole(self) -> bool:
        """Whether every chain holds."""
        return not self.broken


def chain(need_uid: str) -> Chain | None:
    """Return one need's proofs, checked; None where there is no such need."""
    need = Need.objects.filter(uid=need_uid).first()
    if need is None:
        return None
    proofs = chain_of(need.pk)
    return Chain(need=need.uid, proofs=proofs, broken=broken_in(proofs))


def proofs_health() -> ProofsHealth:
    """Check every chain, and say what was found, in counts and the needs' public ids: no person, no text (R10)."""
    by_need: dict[str, list[ProofCard]] = {}
    rows = Proof.objects.select_related("need").order_by("need_id", "number")
    for row in rows.iterator(chunk_size=500):
        by_need.setdefault(row.need.uid, []).append(mapping.proof(row))
    every = [card for cards in by_need.values() for card in cards]
    return ProofsHealth(
        proofs=len(every),
        erased=sum(card.erased_at is not None for card in every),
        chains=len(by_need),
        broken=tuple(uid for uid, cards in by_need.items() if broken_in(cards)),
        oldest=min((card.at for card in every), default=None),
    )
