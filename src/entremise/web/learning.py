"""What I learn: how far recommendations came, how often they ended well, with whom; page, picture, file (R19, R26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from entremise.insights import learning
from entremise.insights.learning import Learned, Side, Trying
from entremise.interchange.tables import as_csv
from entremise.lib import law
from entremise.lib.clock import now
from entremise.protocol.policy import Policy
from entremise.referrals.queries import reviews
from entremise.web import correction_words, review_words
from entremise.web import learning_pictures as drawing
from entremise.web import learning_words as words
from entremise.web.access import MemberRequest, members_only
from entremise.web.learning_pictures import Picture

_ADDRESSES: Mapping[Side, str] = {Side.RECEIVED: "recues", Side.GIVEN: "donnees"}


@members_only
@require_safe
def hub(request: MemberRequest) -> HttpResponse:
    """Show how far what was received and given came, and lead on to what can be learned from it."""
    learned = [_learned(request, side) for side in Side]
    context = {
        "section": "learning",
        "sides": [_side(one, drawing.funnel(one)) for one in learned if one.begun],
        "ink": drawing.INK,
        **_next(request, learned[0]),
    }
    return render(request, "learning/hub.html", context)


def _next(request: MemberRequest, received: Learned) -> Mapping[str, Any]:
    """What waits: the questions that are open, and the correction under way (R27, R28)."""
    at, policy = now(), law.policy()
    waiting = reviews.open_reviews(member=request.member, now=at, policy=policy)
    tried = learning.trying(received.measured, member=request.member, today=request.member.today(at), policy=policy)
    return {
        "open": [(one.key, review_words.title(one.key, one.opened, looked_at=len(one.about))) for one in waiting],
        "trying": _told(tried, policy=policy) if tried else "",
    }


def _told(one: Trying, *, policy: Policy) -> str:
    """What the member tries at present, and in a word what can be said of it (R29)."""
    title = correction_words.title(one.adopted)
    if one.change is None:
        return title
    return f"{title.rstrip('.')}. {correction_words.said(one.change, policy=policy, running=True).heading}"


def _side(learned: Learned, picture: Picture) -> Mapping[str, Any]:
    return {"title": words.SIDES[learned.side], "picture": picture, "more": words.MORE[learned.side]}


def _learned(request: MemberRequest, side: Side, *, sums: bool = False) -> Learned:
    if side is Side.GIVEN:
        return learning.given(member=request.member)
    return learning.received(member=request.member, sums=sums)


@members_only
@require_safe
def one_side(request: MemberRequest, side: str) -> HttpResponse:
    """Show how often what was received, or given, led to working together: over time, with whom, in what, how (R26)."""
    learned, policy = _learned(request, Side(side), sums=True), law.policy()
    pictures = _rates(request, learned)
    context = {
        "section": "learning",
        "learned": learned,
        "title": words.SIDES[learned.side],
        "told": words.rated(learned.rate, policy=policy),
        "pictures": pictures,
        "steps": [(name, words.STEPS[step], step is pictures[0].step) for step, name in drawing.STEPS.items()],
        "sums": [words.brought(one) for one in learned.sums],
        "ink": drawing.INK,
        "policy": policy,
    }
    return render(request, "learning/side.html", context)


def _rates(request: MemberRequest, learned: Learned) -> Sequence[Picture]:
    return drawing.rates(
        learned,
        today=request.member.today(now()),
        step=next((step for step, name in drawing.STEPS.items() if name == request.GET.get("pas")), None),
        language=get_language() or request.member.language,
        policy=law.policy(),
    )


# -- files ------------------------------------------------------------------------------------------


@members_only
@require_safe
def as_picture(request: MemberRequest, side: str, picture: str) -> HttpResponse:
    """Hand out one picture as a file of its own, in the colours of paper."""
    found = _picture(request, Side(side), picture)
    context = {"picture": found, "ink": drawing.INK_OF_FILE, "file": True, "above": words.SIDES[found.side]}
    drawn = render_to_string(found.template, context)
    return _file(drawn, "image/svg+xml", found, "svg")


@members_only
@require_safe
def as_table(request: MemberRequest, side: str, picture: str) -> HttpResponse:
    """Hand out the figures of one picture for a spreadsheet; names are the member's own (R44)."""
    found = _picture(request, Side(side), picture)
    return _file(as_csv(found.head, found.rows), "text/csv; charset=utf-8", found, "csv")


def _picture(request: MemberRequest, side: Side, name: str) -> Picture:
    """Return one picture of the member's by its name. Raises Http404 for a name that is none."""
    learned = _learned(request, side)
    every = [drawing.funnel(learned), *_rates(request, learned)]
    found = next((picture for picture in every if picture.name == name), None)
    if found is None:
        raise Http404
    return found


def _file(body: str | bytes, kind: str, picture: Picture, ending: str) -> HttpResponse:
    name = f"entremise-{_ADDRESSES[picture.side]}-{picture.name}.{ending}"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _paths(side: Side) -> list[Any]:
    name, begin, which = f"learning_{side.value}", f"apprendre/{_ADDRESSES[side]}", {"side": side.value}
    return [
        path(f"{begin}/", one_side, which, name=name),
        path(f"{begin}/<slug:picture>.svg", as_picture, which, name=f"{name}_svg"),
        path(f"{begin}/<slug:picture>.csv", as_table, which, name=f"{name}_csv"),
    ]


urlpatterns = [path("apprendre/", hub, name="learning"), *_paths(Side.RECEIVED), *_paths(Side.GIVEN)]
