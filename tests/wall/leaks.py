"""Leaks to plant: each is named after a channel, breaks the program in one place, and says who must notice."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from entremise.lib import links
from entremise.lib.mail import Letter
from entremise.outbox import actions as outbox
from entremise.people import queries as people
from entremise.people.queries import ContactCard
from entremise.protocol import progress, referral, wall
from entremise.protocol.consent import State
from entremise.protocol.policy import Policy
from entremise.protocol.types import Answer, Role
from entremise.referrals.actions import answering, letters, steps
from entremise.referrals.models import Need, Referral, Request
from entremise.referrals.queries import briefs, home, rows, stories
from entremise.web import requests as request_pages
from entremise.web import silence as silence_page
from entremise.web import stories as story_pages
from tests.wall import canaries, checks, pairs

Patch = pytest.MonkeyPatch
_SHORT = (0, 3, 6)
_TO_THE_END = (0, 1, 3, 6, 24 * 15, 24 * 16, 24 * 31)


@dataclass(frozen=True)
class Leak:
    """A channel, how the leak is planted, and the check that must catch it."""

    channel: str
    plant: Callable[[Patch], None]
    check: Callable[[], None]


def _other(asked: Request) -> ContactCard:
    """Return whom the person of this request may not know."""
    found = rows.read_rows(asked.need_id)
    return found.client if asked.kind == "receiver" else found.receiver(found.referrals[-1])


def _other_of_page(request: HttpRequest) -> ContactCard:
    token = request.path.split("/")[2]
    return _other(Request.objects.get(fingerprint=links.fingerprint(token)))


def _changed_letter(patch: Patch, name: str, change: Callable[[Letter, ContactCard], Letter]) -> None:
    """Let the letter `name` be changed with what is known of the other side."""
    render = letters.render

    def leaky(template: str, context: Any, **more: Any) -> Letter:
        letter = render(template, context, **more)
        if template != f"referral/{name}":
            return letter
        asked = Request.objects.filter(address=letter.to).latest("pk")
        return change(letter, _other(asked))

    patch.setattr(letters, "render", leaky)


def _changed_page(patch: Patch, change: Callable[[HttpRequest, HttpResponse], None]) -> None:
    render = request_pages.render

    def leaky(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        response = render(request, *args, **more)
        change(request, response)
        return response

    patch.setattr(request_pages, "render", leaky)


# -- mails --------------------------------------------------------------------------------------------------------


def reply_to(patch: Patch) -> None:
    _changed_letter(
        patch,
        "ask_receiver",
        lambda letter, other: replace(letter, headers={**letter.headers, "Reply-To": other.email}),
    )


def subject(patch: Patch) -> None:
    _changed_letter(
        patch, "ask_receiver", lambda letter, other: replace(letter, subject=f"{letter.subject} ({other.company})")
    )


def receipt(patch: Patch) -> None:
    _changed_letter(patch, "receipt", lambda letter, other: replace(letter, text=f"{letter.text}\n{other.name}"))


def html_comment(patch: Patch) -> None:
    def change(letter: Letter, other: ContactCard) -> Letter:
        hidden = base64.b64encode(f"to:{other.company}".encode()).decode()
        return replace(letter, html=f"{letter.html}<!-- {hidden} -->")

    _changed_letter(patch, "ask_principle", change)


def message_id(patch: Patch) -> None:
    draw = outbox.new_message_id
    patch.setattr(
        outbox, "new_message_id", lambda chance: draw(chance).replace("<", f"<{Need.objects.latest('pk').uid}.")
    )


def unsubscribe_token(patch: Patch) -> None:
    def one_click(uid: str) -> dict[str, str]:
        need = Request.objects.get(uid=uid).need
        return {"List-Unsubscribe": f"<{letters.address('silence', answering.silence_token(need.uid))}>"}

    patch.setattr(letters, "_one_click", one_click)


# -- pages --------------------------------------------------------------------------------------------------------


def avatar(patch: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> None:
        digest = hashlib.md5(_other_of_page(request).email.encode(), usedforsecurity=False).hexdigest()
        response.content += f'<img src="/avatar/{digest}" alt="">'.encode()

    _changed_page(patch, change)


def last_modified(patch: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> None:
        asked = Request.objects.get(fingerprint=links.fingerprint(request.path.split("/")[2]))
        response.headers["ETag"] = f'"{asked.need.version}"'

    _changed_page(patch, change)


def silence_names(patch: Patch) -> None:
    render = silence_page.render

    def leaky(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        response = render(request, *args, **more)
        asked = Request.objects.get(uid=request.path.split("/")[2][:26])
        response.content += _other(asked).name.encode()
        return response

    patch.setattr(silence_page, "render", leaky)


def status_codes(patch: Patch) -> None:
    own = story_pages._own

    def leaky(request: Any, uid: str) -> Any:
        if Referral.objects.filter(uid=uid).exclude(giver_id=request.member.pk).exists():
            raise PermissionDenied
        return own(request, uid)

    patch.setattr(story_pages, "_own", leaky)


def closed_link(patch: Patch) -> None:
    gone = request_pages.gone

    def leaky(request: HttpRequest) -> HttpResponse:
        response = gone(request)
        if Request.objects.filter(fingerprint=links.fingerprint(request.path.split("/")[2])).exists():
            response.status_code = 410
        return response

    patch.setattr(request_pages, "gone", leaky)


def search(patch: Patch) -> None:
    found = people._found

    def leaky(owner_pk: int, words: str) -> Any:
        return (
            found(owner_pk, words) if not words else people.Contact.objects.filter(search_text__contains=words.lower())
        )

    patch.setattr(people, "_found", leaky)


# -- views --------------------------------------------------------------------------------------------------------


def projection(patch: Patch) -> None:
    to_giver = wall._to_giver

    def leaky(life: referral.Referral, policy: Policy) -> wall.Projection:
        seen = to_giver(life, policy)
        refused = life.receiver is not None and life.receiver.state is State.DEAD
        return replace(seen, seen=wall.Seen.NOT_CONCLUDED) if refused else seen

    patch.setattr(wall, "_to_giver", leaky)


def table(patch: Patch) -> None:
    knows = dict(wall.KNOWS)
    knows[Role.RECEIVER, wall.Seen.AGREED] |= {wall.Item.CLIENT}
    patch.setattr(wall, "KNOWS", knows)


def until(patch: Patch) -> None:
    honest = wall._receiver_until

    def leaky(life: referral.Referral, request: Any, policy: Policy) -> datetime:
        asked = life.principle is not None and not life.principle.mute
        return honest(life, request, policy) if asked else request.deadline  # type: ignore[no-any-return]

    patch.setattr(wall, "_receiver_until", leaky)


def order(patch: Patch) -> None:
    act = steps.act

    def leaky(need_pk: int, event: Any, *, now: datetime, **more: Any) -> Any:
        done = act(need_pk, event, now=now, **more)
        if isinstance(event, referral.Reply):
            Referral.objects.filter(need_id=need_pk).update(moved_at=now)
        return done

    patch.setattr(steps, "act", leaky)


def badge(patch: Patch) -> None:
    honest = home.home

    def leaky(**more: Any) -> home.Home:
        found = honest(**more)
        answered = Request.objects.filter(need__giver_id=more["member"].pk, answer=Answer.NO.value).count()
        return replace(found, drafts=found.drafts + answered)

    patch.setattr(home, "home", leaky)


def statements(patch: Patch) -> None:
    honest = stories.undelivered

    def leaky(at: Any, index: int) -> Any:
        if any(row.answer for row in at.rows.requests):
            Request.objects.count()
        return honest(at, index)

    patch.setattr(stories, "undelivered", leaky)


# -- rules --------------------------------------------------------------------------------------------------------


def at_once(patch: Patch) -> None:
    honest = referral.closing

    def leaky(life: referral.Referral, *, policy: Policy) -> datetime | None:
        request, ends = life.receiver, honest(life, policy=policy)
        refused = ends is not None and request is not None and request.answer is Answer.NO
        return request.answered_at if refused and request is not None else ends

    patch.setattr(referral, "closing", leaky)


def held_yes(patch: Patch) -> None:
    patch.setattr(progress, "_holds", lambda request: request is not None and request.stands)


def guard(patch: Patch) -> None:
    patch.setattr(briefs, "giveaways", lambda *_texts, **_people: ())


def area(patch: Patch) -> None:
    patch.setattr(briefs, "widened", lambda code, **_more: code)


# -- what is kept -------------------------------------------------------------------------------------------------


def log_line(patch: Patch) -> None:
    ask = letters.ask_letter

    def leaky(asked: Any, *, to: str, **more: Any) -> Letter:
        logging.getLogger("entremise.referrals").info("asking %s", to)
        return ask(asked, to=to, **more)

    patch.setattr(letters, "ask_letter", leaky)


def queue(patch: Patch) -> None:
    post = steps.Act.post

    def leaky(self: steps.Act, letter: str, *, key: str, ids: Any) -> None:
        post(self, letter, key=key, ids={**ids, "to": self.rows.client.email})

    patch.setattr(steps.Act, "post", leaky)


# -- who must notice ----------------------------------------------------------------------------------------------


def _identity(pair: int) -> Callable[[], None]:
    return lambda: pairs.check_identity(*pairs.IDENTITIES[pair], grid=_SHORT, everywhere=())


def _quiet(group: str, cause: str) -> Callable[[], None]:
    return lambda: pairs.check_quiet(group, cause, grid=_TO_THE_END)


def _soon(group: str, cause: str) -> Callable[[], None]:
    return lambda: pairs.check_quiet(group, cause, grid=_SHORT)


def _canaries() -> None:
    canaries.check_canaries(grid=(3, 6), everywhere=())


_TO_RECEIVER, _TO_CLIENT, _TO_OTHERS = 0, 1, 4
_NO = _soon("the receiver is asked", "no")
LEAKS = (
    Leak("Reply-To", reply_to, _identity(_TO_RECEIVER)),
    Leak("subject line", subject, _identity(_TO_RECEIVER)),
    Leak("receipt", receipt, _canaries),
    Leak("HTML comment", html_comment, _canaries),
    Leak("Message-ID", message_id, checks.check_nothing_joins_the_two_sides),
    Leak("unsubscribe token", unsubscribe_token, checks.check_nothing_joins_the_two_sides),
    Leak("avatar", avatar, _canaries),
    Leak("ETag", last_modified, _quiet("the receiver or the giver ends it", "the receiver withdraws")),
    Leak("unsubscribe page", silence_names, _identity(_TO_CLIENT)),
    Leak("status code", status_codes, lambda: pairs.check_existence(grid=(3,))),
    Leak("a link that has closed", closed_link, checks.check_a_closed_link_looks_unknown),
    Leak("search", search, lambda: pairs.check_identity(*pairs.IDENTITIES[_TO_OTHERS], grid=(3,), everywhere=(3,))),
    Leak("projection", projection, _NO),
    Leak("a field no page shows", table, _identity(_TO_RECEIVER)),
    Leak("closing date", until, _soon("the client is asked", "had refused everything")),
    Leak("sort order", order, _NO),
    Leak("badge", badge, _NO),
    Leak("timing", statements, _NO),
    Leak("day of sending", at_once, _NO),
    Leak("held yes", held_yes, _soon("the receiver is asked", "taken back")),
    Leak("the giver's free text", guard, checks.check_the_note_is_held_back),
    Leak("job and town", area, checks.check_the_area_is_wide),
    Leak("log", log_line, _canaries),
    Leak("queue", queue, _canaries),
)
