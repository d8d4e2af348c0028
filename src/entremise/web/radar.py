"""A giver's radar: how often what they judged good was good, and whom to get to know better; theirs alone (R15)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entremise.interchange.tables import as_csv
from entremise.lib import clock, law
from entremise.protocol import radar as protocol
from entremise.protocol.radar import KnowBetter, Radar
from entremise.referrals.queries.judged import judged
from entremise.web import radar_pictures as drawing
from entremise.web import radar_words as words
from entremise.web.access import MemberRequest, members_only
from entremise.web.learning_pictures import INK, INK_OF_FILE, Picture

_CLOSER = 6  # people to get to know better, at a time: more would be nobody


@dataclass(frozen=True, kw_only=True)
class Closer:
    """Somebody to get to know better: the contact, on which side they stood, and why."""

    uid: str
    name: str
    side: Promise
    reasons: tuple[str, ...]


@members_only
@require_safe
def show(request: MemberRequest) -> HttpResponse:
    """Show the giver their radar (R15)."""
    found, policy = _radar(request), law.policy()
    context = {
        "section": "learning",
        "begun": bool(found.all.good.tally.all),
        "told": words.told(found.all, policy=policy),
        "pictures": _pictures(request, found),
        "closer": [_closer(one) for one in found.know_better[:_CLOSER]],
        "more": max(0, len(found.know_better) - _CLOSER),
        "ink": INK,
        "policy": policy,
    }
    return render(request, "learning/radar.html", context)


def _radar(request: MemberRequest) -> Radar:
    return protocol.radar(judged(giver=request.member), now=clock.now(), policy=law.policy())


def _pictures(request: MemberRequest, found: Radar) -> list[Picture]:
    language = get_language() or request.member.language
    return drawing.every(found, language=language, policy=law.policy())


def _closer(one: KnowBetter) -> Closer:
    return Closer(
        uid=one.person.key,
        name=one.person.name,
        side=words.SIDES[one.person.side],
        reasons=tuple(words.reason(why, introductions=one.introductions) for why in one.reasons),
    )


# -- files ------------------------------------------------------------------------------------------


@members_only
@require_safe
def as_picture(request: MemberRequest, picture: str) -> HttpResponse:
    """Hand the giver one picture as a file of its own, in the colours of paper."""
    found = _picture(request, picture)
    context = {"picture": found, "ink": INK_OF_FILE, "file": True, "above": _("My radar")}
    return _file(render_to_string(found.template, context), "image/svg+xml", f"{found.name}.svg")


@members_only
@require_safe
def as_table(request: MemberRequest, picture: str) -> HttpResponse:
    """Hand the giver the figures of one picture for a spreadsheet; the names are those of their own book (R44)."""
    found = _picture(request, picture)
    return _file(as_csv(found.head, found.rows), "text/csv; charset=utf-8", f"{found.name}.csv")


def _picture(request: MemberRequest, name: str) -> Picture:
    every = _pictures(request, _radar(request))
    found = next((picture for picture in every if picture.name == name), None)
    if found is None:
        raise Http404
    return found


def _file(body: str | bytes, kind: str, name: str) -> HttpResponse:
    named = f'attachment; filename="radar-{name}"'
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": named})


urlpatterns = [
    path("apprendre/radar/", show, name="radar"),
    path("apprendre/radar/<slug:picture>.svg", as_picture, name="radar_svg"),
    path("apprendre/radar/<slug:picture>.csv", as_table, name="radar_csv"),
]
