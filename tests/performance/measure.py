"""Measure one installation of one size: built in the database the environment names, served by the real server.

    python -m tests.performance.measure REFERRALS PAGES SECONDS

prints what was found as one line of JSON: for each page its times with one client, in milliseconds, and answers a
second with eight. It is `bench` that makes the environment and reads the line.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import django

WARM_UP = 60.0  # seconds until the server must answer
CREATES_EACH = 2  # what a giver may send in a day without a first introduction (R46)


@dataclass(frozen=True)
class Visitor:
    """A signed-in member: their cookie, stories, people and corrections, and the key of the questions that wait."""

    pk: int
    cookie: str
    stories: tuple[str, ...]
    people: tuple[str, ...]
    corrections: tuple[str, ...]
    review: str


def main(arguments: Sequence[str]) -> int:
    """Build, serve, measure, print."""
    referrals, pages, seconds = int(arguments[0]), int(arguments[1]), float(arguments[2])
    from entremise.cli.preparation import prepare
    from entremise.lib import clock

    prepare()
    from django.db import connections

    from tests.performance import data

    start = time.monotonic()
    data.build(data.of_size(referrals), now=clock.now())
    _say(f"built in {time.monotonic() - start:.0f} s")
    visitors = sign_in(most=max(60, pages))
    families = asks(visitors, pages=pages, dice=random.Random(7))
    connections.close_all()
    with served() as (port, server):
        print(json.dumps(measured(families, port=port, server=server, seconds=seconds)), flush=True)
    return 0


def measured(families: dict[str, Any], *, port: int, server: int, seconds: float) -> dict[str, Any]:
    """Return, for each page: p50, p95, the server's processor time, and answers a second."""
    from tests.performance import load

    found: dict[str, Any] = {}
    for name, (alone, together) in families.items():
        one = load.one_client(port, alone, server=server)
        rate = load.eight_clients(port, together, seconds=seconds, once=name == "create")
        found[name] = {"p50": one.median, "p95": one.p95, "processor": one.processor, "rate": rate}
        _say(f"{name}: {one.median:.1f} ms, {rate:.0f}/s")
    return found


def sign_in(*, most: int) -> list[Visitor]:
    """Give members who may still send today a session each: the invented ones were not held to R46 when they sent."""
    from datetime import timedelta

    from django.conf import settings
    from django.db.models import Count

    from entremise.accounts.models import Member
    from entremise.lib import clock
    from entremise.people.models import Contact
    from entremise.protocol.policy import DEFAULT
    from entremise.referrals.models import Correction, Referral

    now = clock.now()
    today = Referral.objects.filter(created_at__gt=now - timedelta(days=1)).values("giver_id")
    this_week = Referral.objects.filter(created_at__gt=now - timedelta(days=7)).values("giver_id")
    full = this_week.annotate(sent=Count("pk")).filter(sent__gt=DEFAULT.given_a_week - CREATES_EACH)
    may_send = Member.objects.exclude(pk__in=today).exclude(pk__in=full.values("giver_id"))
    visitors = []
    for member in may_send.order_by("uid")[:most]:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(member)}; csrftoken={'c' * 32}"
        stories = tuple(Referral.objects.filter(giver=member).values_list("uid", flat=True))
        people = tuple(Contact.objects.filter(owner=member).values_list("uid", flat=True))
        corrections = tuple(Correction.objects.filter(member=member).values_list("uid", flat=True))
        visitors.append(Visitor(member.pk, cookie, stories, people, corrections, waiting_for(member.pk)))
    return visitors


def session_of(member: Any) -> str:
    """Begin a session of a member's, as signing in would, and return its key."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    engine: Any = importlib.import_module(settings.SESSION_ENGINE)
    session = engine.SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def waiting_for(pk: int) -> str:
    """Return the key of the questions that wait for a member, "" where none do."""
    from entremise.accounts.queries import by_pk
    from entremise.lib import clock
    from entremise.protocol.policy import DEFAULT
    from entremise.referrals.queries.reviews import open_reviews

    member = by_pk(pk)
    assert member is not None
    return next((one.key for one in open_reviews(member=member, now=clock.now(), policy=DEFAULT)), "")


def asks(visitors: Sequence[Visitor], *, pages: int, dice: random.Random) -> dict[str, Any]:
    """Return, for each page, what one client asks in turn and what eight ask together."""
    from tests.performance import data
    from tests.performance.load import Ask

    words = [name[:3] for name in (*data.GIVEN, *data.FAMILY_BEGINNINGS, *data.COMPANIES)]
    paths = {
        "home": lambda who: "/",
        "contacts": lambda who: "/contacts/",
        "contact": lambda who: f"/contacts/{dice.choice(who.people)}/",
        "search": lambda who: "/contacts/?" + urlencode({"q": dice.choice(words)}),
        "stories": lambda who: "/histoires/",
        "story": lambda who: f"/histoire/{dice.choice(who.stories)}/",
        "learning": lambda who: "/apprendre/",
        "received": lambda who: "/apprendre/recues/",
        "given": lambda who: "/apprendre/donnees/",
        "radar": lambda who: "/apprendre/radar/",
        "corrected": lambda who: "/apprendre/corrections/",
        "correction": lambda who: f"/apprendre/corrections/{dice.choice(who.corrections)}/",
        "questions": lambda who: "/apprendre/questions/",
        "review": lambda who: f"/apprendre/questions/{who.review}/",
    }
    have = {"correction": "corrections", "review": "review"}  # who has no such page does not ask for one
    found: dict[str, Any] = {}
    for name, path in paths.items():
        some = [who for who in visitors if name not in have or getattr(who, have[name])]
        listed = [Ask(who.cookie, path(who)) for who in dice.choices(some, k=pages)]
        found[name] = (listed, listed)
    sending = [ask for _ in range(CREATES_EACH) for ask in map(sending_of(dice), visitors)]
    found["create"] = (sending[: len(sending) // 2], sending[len(sending) // 2 :])
    return found


def sending_of(dice: random.Random) -> Any:
    """Return what makes a visitor's last press on the way in: the form that sends a referral."""
    from entremise.accounts.queries import by_pk
    from entremise.lib.chance import SystemChance
    from entremise.referrals.mapping import NeedDraft
    from entremise.web.need_state import Typed
    from entremise.web.need_steps import LETTERS
    from tests.performance.load import Ask

    def press(who: Visitor) -> Ask:
        client, receiver = dice.sample(who.people, 2)
        draft = NeedDraft(
            client=client, receiver=receiver, client_kind="couple", trade="ventilation-engineer", area="FR-69",
            source="told_me", urgency="now", knows_receiver="well", knows_client="well", effort="name",
            fits=dict.fromkeys(("service", "market", "area", "available", "wanted", "budget"), "yes"),
            note="Tout est à refaire avant le printemps.", reason="Refaire la ventilation",
        )  # fmt: skip
        member = by_pk(who.pk)
        assert member is not None
        sealed = Typed(draft=draft, uid=SystemChance().uid()).seal(member)
        body = urlencode({"typed": sealed, "step": LETTERS, "act": "send"})
        return Ask(who.cookie, "/recommander/", body=body, expect=302)

    return press


@contextlib.contextmanager
def served() -> Iterator[tuple[int, int]]:
    """Run `entremise web`, as `entremise serve` does; give its port and its process id, and end it afterwards."""
    port = int(os.environ["ENTREMISE_PORT"])
    process = subprocess.Popen([sys.executable, "-m", "entremise", "web", "--as-child"], stdout=sys.stderr)
    try:
        _wait_for(port, process)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + WARM_UP
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not begin to answer")


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entremise.config.settings")
    django.setup()
    sys.exit(main(sys.argv[1:]))
