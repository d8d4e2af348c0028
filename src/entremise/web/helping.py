"""Our turn to help: what those who recommended me look for, and whom of my book I could recommend to them (R42)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from entremise.catalogue import areas, client_kinds
from entremise.lib import days
from entremise.people import queries as people
from entremise.protocol.helping import Reason, Why
from entremise.referrals.queries import helping as queries
from entremise.referrals.queries.helping import Proposed, Turn
from entremise.web import profile_words
from entremise.web.access import MemberRequest, members_only
from entremise.web.contact_forms import line_label


@dataclass(frozen=True, kw_only=True)
class Line:
    """One contact who may be whom somebody looks for, and where the recommendation begins."""

    uid: str
    name: str
    why: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One person who recommended the member, in words. `uid` is empty where they are not in the book; `reached` says
    that an address of theirs is there."""

    name: str
    uid: str
    reached: bool
    since: str
    looks_for: str
    by_book: bool
    profile: str
    lines: tuple[Line, ...]


@members_only
@require_safe
def show(request: MemberRequest) -> HttpResponse:
    """For each who recommended me, propose whom I could recommend to them; nothing to propose is said kindly (R42)."""
    turns = queries.our_turn(member=request.member)
    context = {
        "section": "cultivating",
        "turns": [_shown(one, request.member.language) for one in turns],
        "any": people.has_any(owner_pk=request.member.pk),
    }
    return render(request, "helping/show.html", context)


def _shown(turn: Turn, language: str) -> Shown:
    text = turn.profile.text if turn.profile else None
    wanted = (*profile_words.kind_words(text, language), *text.markets) if text else turn.looking.lines
    return Shown(
        name=turn.name,
        uid=turn.card.uid if turn.card else "",
        reached=bool(turn.card and turn.card.email),
        since=days.said(turn.since, year=True),
        looks_for=", ".join(line.rstrip(". ") for line in wanted),
        by_book=text is None,
        profile=turn.profile.uid if turn.profile else "",
        lines=tuple(_line(turn, one, language) for one in turn.proposed),
    )


def _line(turn: Turn, one: Proposed, language: str) -> Line:
    assert turn.card is not None
    chosen = urlencode({"receiver": turn.card.uid, "client": one.line.uid})
    return Line(
        uid=one.line.uid,
        name=line_label(one.line),
        why=" ".join(_reasons(turn, one, language)),
        url=f"{reverse('recommend')}?{chosen}",
    )


def _reasons(turn: Turn, one: Proposed, language: str) -> Iterator[str]:
    for reason in one.match.reasons:
        yield _reason(reason, by_book=turn.profile is None, language=language)


def _reason(reason: Reason, *, by_book: bool, language: str) -> str:
    match reason.why:
        case Why.KIND:
            said = client_kinds.client_kind(reason.said).phrase(language)
            return gettext("They look for this kind of client: %(kind)s.") % {"kind": said}
        case Why.PLACE:
            return gettext("They work there: %(place)s.") % {"place": areas.area(reason.said).label(language)}
        case _ if by_book:
            return gettext("Your own notes say of them: “%(line)s”.") % {"line": reason.said}
        case _:
            return gettext("Their profile says for whom: “%(line)s”.") % {"line": reason.said}


urlpatterns = [path("cultiver/a-notre-tour/", show, name="our_turn")]
