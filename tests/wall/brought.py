"""What a giver can open and send to bring a question themself: carried links, answers said aloud (R6d, R8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils import timezone

from entremise.protocol.types import Answer
from entremise.referrals.models import Carried, Referral
from entremise.referrals.queries import keys
from entremise.referrals.queries.keys import Purpose
from tests.cast import World
from tests.wall.observed import PART

Forms = list[tuple[str, Mapping[str, str]]]


def token(row: Carried) -> str:
    """Return the token of a carried link, as the giver's page shows it."""
    return keys.token(Purpose.CARRIED, row.uid)


def carried(uid: str) -> list[Carried]:
    """Return the carried links of every attempt of the need, both sides', in the order in which they were made."""
    return list(Carried.objects.filter(referral__need__referrals__uid=uid).distinct().order_by("pk"))


def paths(uid: str) -> list[str]:
    """Return every page about bringing, and behind every carried link, for each attempt."""
    attempts = Referral.objects.filter(need__referrals__uid=uid).distinct().order_by("pk")
    found = [
        f"/histoire/{row.uid}/{page}" for row in attempts for page in ("", "porter/", "porter/qr.svg", "de-vive-voix/")
    ]
    tokens = [token(row) for row in carried(uid)]
    behind = [f"/c/{one}/{page}" for one in tokens for page in ("", "oui/", "non/", "note/")]
    return [*found, *behind, *(f"/droits/{one}/" for one in tokens)]


def forms(world: World, uid: str) -> Forms:
    """Return everything the giver can send about it: answers said aloud and through the links, a stop, an address."""
    asked = world.asking(uid)
    kind = asked.kind.value if asked else "receiver"
    story = f"/histoire/{uid}"
    return [
        *((f"{story}/de-vive-voix/", aloud(world, kind, answer)) for answer in Answer),
        (f"{story}/arreter/", {}),
        *((f"{story}/adresse/{side}/", {"address": "autre@ailleurs.example"}) for side in ("personne", "client")),
        *_through_the_links(uid, kind),
    ]


def _through_the_links(uid: str, kind: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    for row in carried(uid):
        digits = keys.digits(Purpose.CARRIED, row.uid)
        typed = {"digits": digits, "kind": kind, **PART}
        yield f"/c/{token(row)}/", typed
        yield f"/c/{token(row)}/oui/", typed
        yield f"/c/{token(row)}/non/", typed
        rights = f"/droits/{token(row)}/"
        yield rights, typed
        yield f"{rights}emporter/", {**typed, "as": "json"}
        yield f"{rights}corriger/", {**typed, "details": "06 00 00 00 01"}
        yield f"{rights}refuser/", {**typed, "about": token(row)}
        yield f"{rights}oublier/", {**typed, "ask_givers": "on"}


def aloud(world: World, kind: str, answer: Answer) -> dict[str, str]:
    """Return what a giver types who was told this just now."""
    at = timezone.localtime(world.now).strftime("%Y-%m-%dT%H:%M")
    return {"kind": kind, "answer": answer.value, "meeting": "telephone", "at": at, "read": "on", **PART}
