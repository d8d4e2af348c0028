"""Erasing what names or tells of a person, while the pseudonymous history stays (R45, R47, R48).

What others may still see of a referral that is under way (R7) is left until it has ended: who is forgotten is then,
to everybody else, somebody who did not answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction

from entremise.lib import links
from entremise.protocol.referral import Stage
from entremise.protocol.types import Kind, Role
from entremise.referrals.models import Ending, Erasure, Evaluation, Lead, Part, Question, Request, Standing, Word

ENDED = (Stage.INTRODUCED.value, Stage.CLOSED.value)
_OF_PART = ("way", "details", "best_time", "reason", "booking", "budget")


def log(what: str, rows: int, *, now: datetime) -> None:
    """Note for the owner that so many rows of a sort were erased (R48); of none, nothing is noted."""
    if rows:
        Erasure.objects.create(what=what, rows=rows, at=now)


def counted(what: str, erase: Callable[[], int], *, now: datetime) -> int:
    """Let `erase` erase what has served its time, note how many rows that was (R48), both or neither; return it."""
    with transaction.atomic():
        rows = erase()
        log(what, rows, now=now)
    return rows


def erase_requests(rows: Collection[Request], *, now: datetime) -> int:
    """Erase to whom these requests went; their links open nothing from now on. Return how many."""
    for row in rows:
        row.address, row.erased_at = "", now
        row.fingerprint = links.fingerprint(f"erased {row.uid}")
        if row.referral.stage in ENDED:
            row.private_reason = ""
        row.save(update_fields=["address", "erased_at", "fingerprint", "private_reason"])
    return len(rows)


def erase_told(rows: Collection[Request]) -> int:
    """Erase what the persons of these requests told: their parts, questions and words. Return how many rows.

    While a referral is under way, a name that was told to the other side, and a question the giver has read, stay.
    """
    done = 0
    for row in rows:
        role = Kind(row.kind).asked
        ended = row.referral.stage in ENDED
        names = ("name", *_OF_PART) if ended else _OF_PART
        mine = Part.objects.filter(referral_id=row.referral_id, role=role.value)
        done += mine.update(**dict.fromkeys(names, ""))
        if ended and role is Role.RECEIVER:
            done += _erase_amounts(row.referral_id)
            done += Question.objects.filter(referral_id=row.referral_id).exclude(text="").update(text="")
            done += (
                Word.objects.filter(referral_id=row.referral_id).exclude(text="", better="").update(text="", better="")
            )
    return done


def _erase_amounts(referral_pk: int) -> int:
    """Erase what the receiver noted that it brought; how it ended stays, as a fact without a person (R26, R47)."""
    noted = Ending.objects.filter(referral_id=referral_pk, by=Role.RECEIVER.value, amount__isnull=False)
    return noted.update(amount=None, currency="", amount_shown=False)


def erase_asides(address_hash: str, *, now: datetime) -> int:
    """Erase where evaluations, leads and words about referrals from outside went for an address, and what was said to
    them; their links open nothing. What its person allowed givers for good ends too (R38)."""
    done = Standing.objects.filter(given_by=address_hash).delete()[0]
    done += Word.objects.filter(mailed_to=address_hash).update(mailed_to="")  # the words are their writer's own (R47)
    for row in Evaluation.objects.filter(address_hash=address_hash).exclude(address=""):
        row.address, row.words, row.fingerprint = "", "", links.fingerprint(f"erased {row.uid}")
        row.save(update_fields=["address", "words", "fingerprint"])
        done += 1
    for lead in Lead.objects.filter(receiver_hash=address_hash).exclude(address=""):
        lead.address, lead.fingerprint, lead.mute = "", links.fingerprint(f"erased {lead.uid}"), True
        lead.save(update_fields=["address", "fingerprint", "mute"])
        done += 1 + Word.objects.filter(lead=lead).exclude(text="").update(text="", better="")
    return done
