"""Data that serves no more is erased by itself (R48). What goes is counted for the owner, and never named."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Manager, OuterRef, Q, QuerySet

from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import PERMISSIONS, Kind
from entremise.referrals.actions import erasing, posted, proofs
from entremise.referrals.models import Erasure, Evaluation, Need, Part, Question, Referral, Request, RightsLink

_AT_ONCE = 500
_COUNTS_KEPT = timedelta(days=365)
# What a need says in the giver's words; its codes (trade, area, urgency) stay, as facts without a person.
_PERMISSIONS = [kind.value for kind in PERMISSIONS]
_WORDS = ("note", "reason", "budget", "trade_words")


def erase_due(*, now: datetime, policy: Policy) -> int:
    """Erase whatever has served its time by `now`, in batches; return how many rows were touched (R48).

    Referrals that did not conclude, at their closing plus `unfinished_kept` days: to whom requests went, the parties'
    parts, questions, reasons, what the built-in mailbox holds of it that went to anybody but the giver, and the need's
    words once nothing is left to try. The texts of proofs after
    `proof_texts_kept` days. The addresses of evaluations whose time has passed. Links that show what is held, after a
    day. Drafts never. The pseudonymous history stays (R47).
    """
    over = now - timedelta(days=policy.unfinished_kept)
    counts = {
        "requests": _requests(over, now=now) + _permissions(over, now=now, policy=policy),
        "parts": _details(over),
        "needs": _needs(over, policy=policy),
        "evaluations": _evaluations(over),
        "proofs": proofs.erase_texts(before=now - timedelta(days=policy.proof_texts_kept), now=now),
    }
    with transaction.atomic():
        for what, rows in counts.items():
            erasing.log(what, rows, now=now)
        RightsLink.objects.filter(asked_at__lt=now - timedelta(days=1)).delete()
        Erasure.objects.filter(at__lt=now - _COUNTS_KEPT).delete()
    return sum(counts.values())


@transaction.atomic
def _requests(over: datetime, *, now: datetime) -> int:
    """Requests of attempts that closed; a yes in principle on which another attempt rests, or rested when it became an
    introduction, goes when that one goes (R5)."""
    parties = Request.objects.exclude(kind__in=_PERMISSIONS)
    closed = parties.filter(erased_at=None, referral__stage=Stage.CLOSED.value, referral__moved_at__lte=over).exclude(
        Q(kind=Kind.PRINCIPLE.value) & Exists(_living(over).filter(need_id=OuterRef("need_id")))
    )
    rows = list(closed.select_related("referral", "need").order_by("pk")[:_AT_ONCE])
    posted.erase_closed(rows, now=now)
    return erasing.erase_requests(rows, now=now)


@transaction.atomic
def _permissions(over: datetime, *, now: datetime, policy: Policy) -> int:
    """Requests to referrers, of attempts that closed: counted from their own deadline and nothing else, so that when
    their page closes does not tell a referrer how far it went (R7, R39). One on which another attempt rests goes when
    that one's would, and stays where it became an introduction (R5b)."""
    same = {"need_id": OuterRef("need_id"), "client_referrer_id": OuterRef("referral__client_referrer_id")}
    lately = Q(created_at__gt=over - _after(policy) - timedelta(days=policy.window_most))
    resting = Referral.objects.filter(lately | Q(stage=Stage.INTRODUCED.value), **same)
    asked = Request.objects.filter(erased_at=None, kind__in=_PERMISSIONS, referral__stage=Stage.CLOSED.value)
    asked = asked.filter(deadline__lte=over - _after(policy)).select_related("referral", "need")
    asked = asked.exclude(Q(kind=Kind.CLIENT_PERMISSION.value) & Exists(resting))
    rows = list(asked.order_by("pk")[:_AT_ONCE])
    posted.erase_closed(rows, now=now)
    return erasing.erase_requests(rows, now=now)


def _after(policy: Policy) -> timedelta:
    """The longest that the stages after a permission last (R6a)."""
    return 3 * timedelta(days=policy.window_most) + 4 * policy.hold_aloud


def _living(over: datetime) -> QuerySet[Referral]:
    """The attempts that go on, became an introduction, or closed too lately."""
    return Referral.objects.filter(~Q(stage=Stage.CLOSED.value) | Q(moved_at__gt=over))


@transaction.atomic
def _details(over: datetime) -> int:
    """The parts, questions and reasons of attempts that closed, given with a yes or not."""
    closed = {"referral__stage": Stage.CLOSED.value, "referral__moved_at__lte": over}
    done = 0
    for table in (Part, Question):
        rows: Manager[Any] = table._default_manager
        pks = list(rows.filter(**closed).values_list("pk", flat=True)[:_AT_ONCE])
        done += rows.filter(pk__in=pks).delete()[0]
    return done + Request.objects.filter(**closed).exclude(private_reason="").update(private_reason="")


@transaction.atomic
def _needs(over: datetime, *, policy: Policy) -> int:
    """The words of needs with nothing left to try and no introduction, and which no referrer can read any more."""
    read = Request.objects.filter(kind__in=_PERMISSIONS, deadline__gt=over - _after(policy))
    worded = Need.objects.exclude(**dict.fromkeys(_WORDS, ""))
    over_for_good = worded.filter(created_at__lte=over).exclude(Exists(_living(over).filter(need_id=OuterRef("pk"))))
    over_for_good = over_for_good.exclude(Exists(read.filter(need_id=OuterRef("pk"))))
    pks = list(over_for_good.values_list("pk", flat=True)[:_AT_ONCE])
    return Need.objects.filter(pk__in=pks).update(**dict.fromkeys(_WORDS, ""))


@transaction.atomic
def _evaluations(over: datetime) -> int:
    """Where evaluations went whose time to answer has passed; the answers are the giver's radar, and stay."""
    return Evaluation.objects.filter(deadline__lte=over).exclude(address="").update(address="")
