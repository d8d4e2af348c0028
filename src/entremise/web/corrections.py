"""Small corrections: which one to try next and why, and what came of those adopted, before and after (R28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from entremise.insights import correcting
from entremise.insights.correcting import Effect
from entremise.interchange.tables import as_csv
from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.protocol.correction import CorrectionKind, Proposal
from entremise.referrals.actions import corrections as actions
from entremise.referrals.actions.corrections import CorrectionGone, CorrectionRefused
from entremise.web import correction_cards, correction_words, learning_pictures, once
from entremise.web.access import MemberRequest, members_only
from entremise.web.correction_cards import Card, card
from entremise.web.correction_forms import AdoptForm, DayForm, DropForm
from entremise.web.learning_pictures import Picture

_WHOLE = 3  # so many of those in force are shown whole; the others are a line each


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A correction that is proposed, in words; `once` makes its button one act however often it is pressed."""

    kind: CorrectionKind
    title: str
    why: str
    reasons: Sequence[str]
    url: str
    act: str
    once: str


# -- all of them ------------------------------------------------------------------------------------


@members_only
@require_safe
def show(request: MemberRequest) -> HttpResponse:
    """Show the one correction to try next, with why, and what can be said of those adopted (R28)."""
    member, at, policy = request.member, clock.now(), law.policy()
    effects = correcting.effects(member=member, policy=policy)
    own = [one.adopted for one in effects]
    found = correcting.proposed(member=member, own=own, now=at, policy=policy)
    offers = [_offer(request, one) for one in found.proposals]
    cards = [_card(request, one) for one in effects]
    in_force = [one for one in cards if not one.dropped]
    context = {
        "section": "learning",
        "in_force": in_force[:_WHOLE],
        "further": in_force[_WHOLE:],
        "past": [one for one in cards if one.dropped],
        "waiting": next((one.adopted for one in effects if correcting.waits(one, policy=policy)), None),
        "offer": offers[0] if offers else None,
        "others": offers[1:],
        "of_givers": any(correction_words.is_of_givers(one) for one in found.proposals),
        "least": policy.batch_givers,
        "review": found.review,
        "today": member.today(at),
        "own": CorrectionKind.OWN.value,
        "ink": learning_pictures.INK,
    }
    return render(request, "learning/corrections.html", context)


def _offer(request: MemberRequest, one: Proposal) -> Offer:
    url, act = correction_words.place(one.kind)
    return Offer(
        kind=one.kind,
        title=str(correction_words.TITLES[one.kind]),
        why=str(correction_words.WHY[one.kind]),
        reasons=correction_words.reasons(one),
        url=url,
        act=act,
        once=once.sealed(request, member=request.member, chance=SystemChance()),
    )


def _card(request: MemberRequest, effect: Effect) -> Card:
    return card(effect, language=request.member.language, policy=law.policy())


# -- its figures as files ---------------------------------------------------------------------------


@members_only
@require_safe
def as_picture(request: MemberRequest, picture: str) -> HttpResponse:
    """Hand out before and after of one correction as a picture of its own."""
    found, since = _picture(request, picture), correction_words.since(_effect(request, picture).adopted)
    context = {"picture": found, "ink": learning_pictures.INK_OF_FILE, "file": True, "above": since}
    return _file(render_to_string(found.template, context), "image/svg+xml", "svg")


@members_only
@require_safe
def as_table(request: MemberRequest, picture: str) -> HttpResponse:
    """Hand out the figures of one correction for a spreadsheet."""
    found = _picture(request, picture)
    halves = _card(request, _effect(request, picture)).halves
    rows = [(f"{half.name}, {half.days}", *row[1:]) for half, row in zip(halves, found.rows, strict=True)]
    return _file(as_csv(found.head, rows), "text/csv; charset=utf-8", "csv")


def _picture(request: MemberRequest, uid: str) -> Picture:
    effect = _effect(request, uid)
    drawn = correction_cards.picture(effect, policy=law.policy())
    if drawn is None:
        raise Http404
    return drawn


def _file(body: str | bytes, kind: str, ending: str) -> HttpResponse:
    disposition = f'attachment; filename="correction.{ending}"'
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": disposition})


# -- adopting ---------------------------------------------------------------------------------------


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: MemberRequest) -> HttpResponseBase:
    """Adopt a correction, today or as of another day; pressing twice adopts it once."""
    posted = request.POST if request.method == "POST" else None
    kind = _kind((posted or request.GET).get("kind", ""))
    form = AdoptForm(posted, kind=kind, today=request.member.today(clock.now()))
    if form.is_valid() and _adopted(request, kind, form):
        messages.success(request, gettext("It is adopted. What comes from now on will show whether it helps."))
        return redirect("corrections")
    url, act = correction_words.place(kind)
    context = {
        "section": "learning",
        "form": form,
        "kind": kind.value,
        "title": correction_words.TITLES[kind],
        "why": correction_words.WHY[kind],
        "url": url,
        "act": act,
        "review": (posted or request.GET).get("review", ""),
        "once": once.sealed(request, member=request.member, chance=SystemChance()),
    }
    return render(request, "learning/correction_adopt.html", context, status=422 if form.errors else 200)


def _kind(written: str) -> CorrectionKind:
    try:
        return CorrectionKind(written)
    except ValueError:
        raise Http404 from None


def _adopted(request: MemberRequest, kind: CorrectionKind, form: AdoptForm) -> bool:
    member = request.member
    try:
        actions.adopt(
            member=member,
            uid=once.uid(request, member=member) or SystemChance().uid(),
            kind=kind,
            words=form.cleaned_data.get("words", ""),
            on=form.cleaned_data["on"],
            review=request.POST.get("review", "")[:40],
            now=clock.now(),
            policy=law.policy(),
        )
    except CorrectionRefused as refused:
        form.explain(refused)
        return False
    return True


# -- one of them ------------------------------------------------------------------------------------


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Show one correction with what changed in the profile since; change its day, drop it, or take it back."""
    effect = next(
        (e for e in correcting.effects(member=request.member, policy=law.policy()) if e.adopted.uid == uid), None
    )
    if effect is None:
        raise Http404
    act = request.POST.get("act", "")
    today = request.member.today(clock.now())
    day = DayForm(request.POST if act == "move" else None, initial={"on": effect.adopted.on}, prefix="first")
    drop = DropForm(request.POST if act == "drop" else None, initial={"on": today}, prefix="drop")
    if request.method == "POST" and _done(request, uid, act, day=day, drop=drop):
        return redirect("corrections") if act == "undo" else redirect("correction", uid=uid)
    url, words = correction_words.place(effect.adopted.kind)
    context = {
        "section": "learning",
        "one": _card(request, effect),
        "ink": learning_pictures.INK,
        "day": day,
        "drop": drop,
        "form": drop if act == "drop" else day,
        "url": url,
        "act": words,
    }
    return render(request, "learning/correction.html", context, status=422 if day.errors or drop.errors else 200)


def _effect(request: MemberRequest, uid: str) -> Effect:
    every = correcting.effects(member=request.member, policy=law.policy())
    found = next((effect for effect in every if effect.adopted.uid == uid), None)
    if found is None:
        raise Http404
    return found


def _done(request: MemberRequest, uid: str, act: str, *, day: DayForm, drop: DropForm) -> bool:
    """Do one act of the page; each can be done twice without harm."""
    mine: dict[str, Any] = {"member": request.member, "uid": uid}
    try:
        match act:
            case "move" if day.is_valid():
                actions.move(on=day.cleaned_data["on"], now=clock.now(), policy=law.policy(), **mine)
                messages.success(request, gettext("Its first day is changed; before and after are counted anew."))
            case "drop" if drop.is_valid():
                actions.drop(on=drop.cleaned_data["on"], now=clock.now(), **mine)
                messages.success(request, gettext("It is dropped. What came of it stays here."))
            case "keep":
                actions.keep_on(**mine)
                messages.success(request, gettext("It goes on as if it had never been dropped."))
            case "undo":
                actions.take_back(**mine)
                messages.success(request, gettext("It is taken back, as if it had never been adopted."))
            case _:
                return False
    except CorrectionRefused as refused:
        (drop if act == "drop" else day).explain(refused)
        return False
    except CorrectionGone:
        raise Http404 from None
    return True


urlpatterns = [
    path("apprendre/corrections/", show, name="corrections"),
    path("apprendre/corrections/adopter/", adopt, name="corrections_adopt"),
    path("apprendre/corrections/<slug:picture>.svg", as_picture, name="correction_svg"),
    path("apprendre/corrections/<slug:picture>.csv", as_table, name="correction_csv"),
    path("apprendre/corrections/<slug:uid>/", one, name="correction"),
]
