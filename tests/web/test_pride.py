"""Sending is never rewarded: no page or mail counts what was sent, except beside what came of it (R26, R49)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from entremise.accounts.actions import edit_preferences
from entremise.lib import clock
from entremise.referrals.actions import digest
from entremise.referrals.models import Referral
from entremise.web import access, learning_words
from entremise.worker.review_jobs import write_review
from tests.cast import World, browser_of, introduced, world

pytestmark = pytest.mark.django_db
SENT = 137  # a number that nothing else is
_SENT = re.compile(rf"(?<![\d.,:/]){SENT}(?![\d.,:]\d|\d)")

# Where it stands as the first step of what came of it, and as the length of a list that is searched; with why.
ALONGSIDE = {
    "/apprendre/": "R26: of how many recommended how many were introduced, and what became of them",
    "/histoires/": "the length of the member's own list, beside the pages it is turned by",
}


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    """Hélène has made one introduction that came to something, and sent very many recommendations."""
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    uid, to_ines, _to_marc = introduced(made)
    made.thank(to_ines)
    for _ in range(SENT - 1):
        _another(made, uid)
    return made


def _another(scene: World, like: str) -> None:
    referral = Referral.objects.select_related("need").get(uid=like)
    need = referral.need
    need.pk, need.uid = None, scene.chance.uid()
    need._state.adding = True
    need.save()
    referral.pk, referral.uid, referral.need = None, scene.chance.uid(), need
    referral.news_fingerprint = scene.chance.uid()
    referral.stage, referral.introduced_at, referral.duty_due = "closed", None, None
    referral.evaluation_due = referral.promotion_due = None
    referral._state.adding = True
    referral.save()


def _addresses() -> Iterator[str]:
    """Every page of a member's that has no name of anything in its address."""
    for pattern in get_resolver().url_patterns:
        for one in [pattern] if isinstance(pattern, URLPattern) else _inside(pattern):
            guard = getattr(one.callback, "audience", None)
            if guard in (access.Audience.MEMBERS, access.Audience.OWNER) and "<" not in str(one.pattern):
                yield f"/{one.pattern}"


def _inside(resolver: URLResolver) -> list[URLPattern]:
    return [one for one in resolver.url_patterns if isinstance(one, URLPattern)]


def _seen(client: Client, path: str) -> str:
    """What is read on a page, its table included; empty for what is no page."""
    answer = client.get(path)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return ""
    page = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", page))


def _counted(client: Client) -> set[str]:
    return {path for path in _addresses() if _SENT.search(_seen(client, path))}


def _signed_in(scene: World) -> Client:
    return browser_of(scene.helene)


def test_r49_no_page_counts_what_was_sent_but_beside_what_came_of_it(scene: World) -> None:
    client = _signed_in(scene)
    read = [path for path in _addresses() if _seen(client, path)]
    assert {"/", "/apprendre/", "/apprendre/radar/", "/apprendre/donnees/", "/histoires/", "/contacts/"} <= set(read)
    assert _counted(client) == set(ALONGSIDE)
    contact = f"/contacts/{scene.ines.uid}/"
    assert _seen(client, contact)
    assert not _SENT.search(_seen(client, contact))


def test_r49_no_mail_counts_what_was_sent(scene: World) -> None:
    who = edit_preferences(
        member_pk=scene.helene.pk, digest_hour=7, digest_on=True, review_on=True, mails=scene.helene.mails
    )
    key = f"{who.today(scene.now):%Y-%m}"
    back = write_review({"member": who.uid, "about": key}, scene.now)
    assert back is not None
    letters = [back, digest.renderer(scene.policy)({"member": who.uid}, scene.now)]
    for letter in letters:
        if letter is not None:
            assert not _SENT.search(letter.subject + letter.text + re.sub(r"<[^>]+>", " ", letter.html))
    for mail in scene.postman.mails:
        assert not _SENT.search(mail.subject + mail.text)


def test_a_count_of_what_was_sent_would_be_seen(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted on a page, where somebody might be tempted."""

    def proud(*_args: Any, **_more: Any) -> str:
        return f"{Referral.objects.filter(giver_id=scene.helene.pk).count()} recommandations envoyées"

    monkeypatch.setattr(learning_words, "rated", proud)
    assert "/apprendre/donnees/" in _counted(_signed_in(scene))
