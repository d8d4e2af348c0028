"""Proofs of consent: who, when, how, in which language, the exact text; chained so that tampering shows (R10)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from entremise.lib import links
from entremise.protocol.types import Answer, How
from entremise.referrals import mapping
from entremise.referrals.mapping import ProofCard
from entremise.referrals.models import Proof, Request

_FIRST = ""


def add_proof(request: Request, *, said: Answer, how: How, language: str, text: str, now: datetime) -> None:
    """Append one proof to the need's chain. The caller holds the need's turn, so numbers follow each other."""
    last = Proof.objects.filter(need_id=request.need_id).order_by("-number").first()
    number = last.number + 1 if last else 1
    values = {
        "number": number,
        "person": request.address_hash,
        "kind": request.kind,
        "said": said.value,
        "how": how.value,
        "language": language,
        "text": text,
        "at": now,
    }
    card = ProofCard(**values, seal="")  # type: ignore[arg-type]
    Proof.objects.create(need_id=request.need_id, seal=_seal(card, last.seal if last else _FIRST), **values)


def broken_links(need_pk: int) -> tuple[int, ...]:
    """Return the numbers of the proofs that are not what they were, or do not follow the one before (R10)."""
    chain = [mapping.proof(row) for row in Proof.objects.filter(need_id=need_pk).order_by("number")]
    return broken_in(chain)


def broken_in(chain: Sequence[ProofCard]) -> tuple[int, ...]:
    """Return the numbers of the broken links of a chain in its order."""
    broken: list[int] = []
    before = _FIRST
    for expected, card in enumerate(chain, start=1):
        if card.number != expected or not links.same(card.seal, _seal(card, before)):
            broken.append(card.number)
        before = card.seal
    return tuple(broken)


def _seal(card: ProofCard, before: str) -> str:
    """Seal a proof with the seal before it and the site's secret: without it no chain can be written anew."""
    names = ("number", "person", "kind", "said", "how", "language", "text")
    content = [before, card.at.isoformat(), *(str(getattr(card, name)) for name in names)]
    return links.keyed_hash(json.dumps(content, ensure_ascii=False), purpose="proof", secret=links.site_secret())
