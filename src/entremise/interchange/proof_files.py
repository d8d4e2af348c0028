"""A need's proofs of consent as files: JSON for programs, plain text for somebody who checks them by hand (R10)."""

from __future__ import annotations

import json
from typing import Any

from entremise.referrals.mapping import ProofCard
from entremise.referrals.queries.seals import FIRST, Chain, fingerprint_of

HOW = """\
How to check these proofs

Each proof says who answered (a pseudonym: the keyed hash of an address), to what, what they said, how, in which
language, when, and the exact words they had read. They stand in their order; each carries the seal of the one before.

By hand, without any secret:
1. the numbers follow each other, from 1;
2. "before" of each proof is the "seal" of the one above it ("-" for the first);
3. the SHA-256 of the words between the lines, without a line end after the last one, is "text sha-256".

With the secret of the installation that made them (the program does it: `entremise proofs --check`):
4. "seal" is the HMAC-SHA256 over "before", the instant, the number, the pseudonym, the kind, what was said, how, the
   language and the words. Nobody without the secret can make one, so a proof that was changed, added, taken out or
   moved shows, and with it the need in which it happened.
5. Words are erased after their time. "erased" then says when, and "erased seal" is made in the same way over what is
   left, the words' SHA-256 included: an erasure is not taken for a change, and no change can pass for an erasure.
"""


def as_json(chain: Chain) -> str:
    """Return a chain as JSON: every proof with its seal and the one before, and what the check found."""
    found = {
        "need": chain.need,
        "whole": not chain.broken,
        "broken": list(chain.broken),
        "proofs": [_values(card, before) for card, before in _with_before(chain)],
        "how": HOW,
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def as_text(chain: Chain) -> str:
    """Return a chain as plain text that can be checked by hand."""
    verdict = "every proof is what it was" if not chain.broken else f"BROKEN: {', '.join(map(str, chain.broken))}"
    head = f"Need {chain.need}\n{len(chain.proofs)} proofs; {verdict}\n\n{HOW}"
    return "\n".join([head, *(_paragraph(card, before) for card, before in _with_before(chain))])


def _with_before(chain: Chain) -> list[tuple[ProofCard, str]]:
    seals = [FIRST, *(card.seal for card in chain.proofs)]
    return list(zip(chain.proofs, seals, strict=False))


def _values(card: ProofCard, before: str) -> dict[str, Any]:
    plain = {name: getattr(card, name) for name in ("number", "person", "kind", "said", "how", "language", "text")}
    return {
        **plain,
        "at": card.at.isoformat(),
        "text_sha256": card.text_hash or fingerprint_of(card.text),
        "before": before,
        "seal": card.seal,
        "erased_at": card.erased_at.isoformat() if card.erased_at else None,
        "erased_seal": card.erased_seal,
    }


def _paragraph(card: ProofCard, before: str) -> str:
    values = _values(card, before)
    lines = [
        f"Proof {card.number}",
        f"who:            {card.person}",
        f"asked:          {card.kind}",
        f"said:           {card.said}",
        f"how:            {card.how}",
        f"language:       {card.language}",
        f"when:           {values['at']}",
        f"text sha-256:   {values['text_sha256']}",
        f"before:         {before or '-'}",
        f"seal:           {card.seal}",
    ]
    if card.erased_at is not None:
        lines += [f"erased:         {values['erased_at']}", f"erased seal:    {card.erased_seal}"]
    else:
        lines += ["-" * 72, card.text, "-" * 72]
    return "\n".join(lines) + "\n"
