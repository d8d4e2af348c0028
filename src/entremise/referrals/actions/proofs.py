"""Proofs of consent: who, when, how, in which language, the exact text; chained so that tampering shows (R10).

How they are sealed and checked is in `entremise.referrals.queries.seals`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from entremise.protocol.types import Answer, How
from entremise.referrals import mapping
from entremise.referrals.mapping import ProofCard
from entremise.referrals.models import Proof, Request
from entremise.referrals.queries import seals

_AT_ONCE = 200  # chains in one go


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
    own = {"need_id": request.need_id, "request_id": request.pk}
    Proof.objects.create(**own, seal=seals.seal(card, last.seal if last else seals.FIRST), **values)


def erase_texts(*, before: datetime, now: datetime) -> int:
    """Erase the texts of the proofs made before an instant (R48), without breaking their chains; return how many.

    What is left is sealed again, with the text's fingerprint: an erasure is not tampering, and nobody but this site
    can make tampering look like one. A link that is broken already is left as it is, for whoever looks into it.
    """
    needs = Proof.objects.filter(at__lt=before).exclude(text="").values_list("need_id", flat=True).distinct()
    return sum(_erase_texts_of(need_pk, before=before, now=now) for need_pk in list(needs)[:_AT_ONCE])


@transaction.atomic
def _erase_texts_of(need_pk: int, *, before: datetime, now: datetime) -> int:
    rows = list(Proof.objects.filter(need_id=need_pk).order_by("number"))
    broken = set(seals.broken_in([mapping.proof(row) for row in rows]))
    done = 0
    for last, row in zip([None, *rows], rows, strict=False):
        if row.at >= before or not row.text or row.number in broken:
            continue
        row.text_hash = seals.fingerprint_of(row.text)
        row.text, row.erased_at = "", now
        row.erased_seal = seals.erased_seal(mapping.proof(row), last.seal if last else "")
        row.save(update_fields=["text", "text_hash", "erased_at", "erased_seal"])
        done += 1
    return done
