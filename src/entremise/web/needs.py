"""Recommending somebody: one question a page, and what was typed travels with the form (R2, R3, R6b)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.people.queries import ContactCard, ContactNotFound
from entremise.protocol.errors import AlreadyIntroduced, GivesTooMany, NotAReferral, SamePerson
from entremise.protocol.types import Role
from entremise.referrals.actions import giving, leads, sleepers
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.queries import sleepers as night
from entremise.referrals.queries import stories
from entremise.referrals.queries.again import Again, again
from entremise.referrals.queries.leads import LeadGone, lead_page
from entremise.referrals.queries.stories import StoryGone
from entremise.web import need_pages, need_permissions, need_steps, need_words
from entremise.web.access import MemberRequest, members_only
from entremise.web.need_choosing import PersonForm, PickForm, StepForm
from entremise.web.need_forms import FORMS
from entremise.web.need_state import At, Typed, stand, unseal
from entremise.web.need_steps import ANOTHER, LETTERS, WAY_IN
from entremise.web.sleep_forms import SleepForm

# Going back to a page that answers a form must not ask the browser to send it again: the browser alone keeps it.
_BROWSER_ONLY = "private, max-age=0"
_BOTH_KEPT = gettext_lazy("This draft was changed in another window meanwhile: both versions are kept, side by side.")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request of the way in: who, what they typed, on which page, and where they were going before changing."""

    request: MemberRequest
    typed: Typed
    step: str
    order: tuple[str, ...]
    then: str = ""
    again: Again | None = None
    known: tuple[ContactCard, ...] = ()

    @cached_property
    def at(self) -> At:
        """Where the giver stands; their book is read once for what they typed."""
        tried, left = self.again.tried if self.again else frozenset[str](), self.typed.tried
        at = {"member": self.request.member, "now": now()}
        return stand(self.typed.draft, tried=tried, continues=left, known=self.known, **at)  # type: ignore[arg-type]

    def with_draft(self, draft: NeedDraft) -> Visit:
        """Return the same visit with another draft; whom it still names is not read again."""
        known = tuple(card for card in (self.at.client, self.at.receiver) if card)
        return replace(self, typed=replace(self.typed, draft=draft), known=known)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def recommend(request: MemberRequest) -> HttpResponseBase:
    """Lead from a need to the mails that ask for it; only the last press, or keeping a draft, leaves a trace (R3)."""
    if request.method == "POST":
        return _walk(request, order=WAY_IN)
    draft = _begun(request)
    typed = Typed(draft=draft, uid=SystemChance().uid())
    at = stand(draft, member=request.member, now=now())
    step = "trade" if at.client else "client"
    return _show(Visit(request=request, typed=replace(typed, draft=at.draft), step=step, order=WAY_IN))


def _begun(request: MemberRequest) -> NeedDraft:
    """Begin with whom the address names, or with a lead of the member's that is to become a referral (R2)."""
    draft = NeedDraft(client=request.GET.get("client", ""), receiver=request.GET.get("receiver", ""))
    try:
        lead = lead_page(giver=request.member, uid=request.GET.get("lead", ""), policy=law.policy())
    except LeadGone:
        return draft
    return replace(draft, lead=lead.uid, receiver=lead.receiver.uid, trade=lead.trade, area=lead.area)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def try_another(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Choose another receiver for the same need; the first attempt stops quietly when this one is sent (R5b)."""
    try:
        left = again(giver=request.member, uid=uid)
    except StoryGone:
        raise Http404 from None
    if request.method == "POST":
        return _walk(request, order=ANOTHER, left=left, tried=uid)
    if left.introduced:
        messages.info(request, gettext("They have been introduced already."))
        return redirect("story", uid)
    typed = Typed(draft=left.draft, uid=SystemChance().uid(), tried=uid)
    return _show(Visit(request=request, typed=typed, step="receiver", order=ANOTHER, again=left))


# -- one step ---------------------------------------------------------------------------------------


def _walk(
    request: MemberRequest, *, order: tuple[str, ...], left: Again | None = None, tried: str = ""
) -> HttpResponseBase:
    """Take what one page said and answer with the next one, or with the same one and what is wrong."""
    try:
        typed = unseal(request.POST.get("typed", ""), member=request.member)
    except signing.BadSignature:
        messages.warning(request, gettext("This page had grown too old. Please begin again."))
        return redirect(request.path)
    step = request.POST.get("step", "")
    if step not in order or typed.tried != tried:
        raise Http404
    visit = Visit(request=request, typed=typed, step=step, order=order, then=request.POST.get("then", ""), again=left)
    act, _colon, place = request.POST.get("act", "next").partition(":")
    if step == LETTERS:
        return _from_letters(visit, act, place)
    return _from_question(visit, act, place)


def _from_question(visit: Visit, act: str, place: str) -> HttpResponseBase:
    at = visit.at
    if act == "search":
        return _search(visit)
    if act == "sleep":
        return _sleep(visit)
    form = FORMS[visit.step](visit.request.POST, at=at)
    if act == "next" and isinstance(form, PersonForm) and form.is_adding:
        draft = form.add()
    else:
        draft = form.answered() if form.is_valid() else None
    if act == "next":
        return _show(visit, form=form) if draft is None else _go_on(visit.with_draft(draft))
    kept = visit.with_draft(draft or _what_stays(form))
    return _keep(kept) if act == "keep" else _elsewhere(kept, act, place)


def _what_stays(form: StepForm) -> NeedDraft:
    """What was typed before; and on this page what can be kept though something else on it cannot."""
    return form.at.draft if isinstance(form, PickForm) else form.answered()


def _go_on(visit: Visit) -> HttpResponseBase:
    at = visit.at
    wanted = need_steps.after(visit.step, order=visit.order, then=visit.then)
    return _show(replace(visit, step=need_steps.reachable(wanted, at, order=visit.order)))


def _elsewhere(visit: Visit, act: str, place: str) -> HttpResponseBase:
    """Go one page back, or to a page whose answer is to be changed and from there back to this one."""
    index = visit.order.index(visit.step)
    if act == "change" and place in visit.order[:index]:
        return _show(replace(visit, step=place, then=visit.step))
    return _show(replace(visit, step=visit.order[max(0, index - 1)], then=""))


def _search(visit: Visit) -> HttpResponseBase:
    """Show what answers to the words typed; a script asks for that part of the page alone."""
    said = visit.request.POST
    form_class = FORMS[visit.step]
    if not issubclass(form_class, PickForm):
        raise Http404
    typed_in = {name: said[name] for name in form_class.base_fields if name in said}
    form = form_class(at=visit.at, typed_in=typed_in)
    if visit.request.htmx:
        return render(visit.request, "needs/results.html", {"form": form})
    return _show(visit, form=form)


def _show(visit: Visit, *, form: StepForm | None = None, sleep: SleepForm | None = None) -> HttpResponse:
    """Answer with a page; what it holds of the draft is sealed into it."""
    at = visit.at
    visit = visit.with_draft(at.draft)
    if visit.step == LETTERS:
        return _show_letters(visit)
    if form is None:
        form = FORMS[visit.step](at=at)
        if not need_steps.is_answered(visit.step, at) and visit.step in ("trade", "brief", "client", "receiver"):
            form = _with_mistakes(visit.step, at) or form
    if isinstance(form, PickForm):
        form.fields["q"].widget.attrs["hx-post"] = _action(visit)
    context = {"form": form, **_around(visit, at), **need_pages.beside(visit.step, at)}
    if sleep is not None:
        context |= {"form": sleep, "sleep": sleep}
    return _page(visit, f"needs/{need_pages.TEMPLATES[visit.step]}", context)


def _with_mistakes(step: str, at: At) -> StepForm | None:
    """An answer given before that no longer stands is shown with the reason."""
    said = FORMS[step].said(at)
    return FORMS[step](said, at=at) if any(said.values()) else None


def _around(visit: Visit, at: At) -> dict[str, Any]:
    index = visit.order.index(visit.step)
    return {
        "section": "recommend",
        "action": _action(visit),
        "step": visit.step,
        "number": index + 1,
        "total": len(visit.order),
        "typed": visit.typed.seal(visit.request.member),
        "then": visit.then,
        "said": need_steps.said_so_far(at, order=visit.order, step=visit.step),
        "at": at,
        "client": at.name(Role.CLIENT),
        "receiver": at.name(Role.RECEIVER),
        "again": visit.again,
        "may_keep": not visit.typed.tried,
        "tried": visit.typed.tried,
    }


def _action(visit: Visit) -> str:
    return reverse("try_another", args=[visit.typed.tried]) if visit.typed.tried else reverse("recommend")


def _page(visit: Visit, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(visit.request, template, context, status=status)
    response["Cache-Control"] = _BROWSER_ONLY
    return response


# -- the mails, and sending --------------------------------------------------------------------------


def _show_letters(visit: Visit, *, refused: str = "", status: int = 200) -> HttpResponse:
    at = visit.at
    context = {"refused": refused, **_around(visit, at), **need_pages.letters(at)}
    return _page(visit, "needs/letters.html", context, status=status)


def _from_letters(visit: Visit, act: str, place: str) -> HttpResponseBase:
    asked = {role.value for role in visit.at.asked}
    chosen = tuple(role for role in visit.request.POST.getlist("carries") if role in asked)
    visit = visit.with_draft(replace(visit.typed.draft, carries=chosen))
    if act == "keep":
        return _keep(visit)
    if act != "send":
        return _elsewhere(visit, act, place)
    try:
        uid = _send(visit)
    except GivesTooMany as refused:
        return _show_letters(visit, refused=need_words.too_many_words(refused), status=409)
    except AlreadyIntroduced:
        messages.info(visit.request, gettext("They have been introduced already."))
        return redirect("story", visit.typed.tried)
    except giving.ReferrerGone:
        return _show_letters(visit, status=409)  # the page says of whom, and what to do
    except giving.AlreadyTried:
        messages.warning(visit.request, need_words.tried_words(visit.at.name(Role.RECEIVER)))
        return _show(replace(visit, step="receiver"))
    except (ContactNotFound, SamePerson, NotAReferral, giving.BriefRefused, ValueError):
        # Something changed since the mails were shown: the page that is concerned says what.
        fresh = replace(visit, known=())
        return _show(replace(fresh, step=need_steps.reachable(LETTERS, fresh.at, order=visit.order)))
    return _sent(visit, uid)


def _sent(visit: Visit, uid: str) -> HttpResponseBase:
    """Lead to the story; or to the link, where the giver is the one to bring it (R6d)."""
    name, brought = need_permissions.first_asked(visit.at)
    if brought:
        return redirect("story_carry", uid)
    words = gettext("%(name)s is being asked.") % {"name": name} if name else gettext("It is under way.")
    messages.success(visit.request, words)
    return redirect("story", uid)


def _send(visit: Visit) -> str:
    """Send, once however often it is pressed; the kept draft has then served."""
    giver, typed = visit.request.member, visit.typed
    at = {"now": now(), "chance": SystemChance(), "policy": law.policy()}
    if typed.tried:
        return giving.try_another(giver=giver, uid=typed.tried, draft=typed.draft, new_uid=typed.uid, **at)  # type: ignore[arg-type]
    uid = giving.send(giver=giver, draft=typed.draft, uid=typed.uid, **at)  # type: ignore[arg-type]
    if typed.kept:
        giving.drop_draft(giver=giver, uid=typed.kept)
    if typed.draft.lead:
        leads.became(giver=giver, uid=typed.draft.lead, referral=uid)
    return uid


# -- drafts -----------------------------------------------------------------------------------------


def _keep(visit: Visit) -> HttpResponseBase:
    if visit.typed.tried:
        raise Http404
    giver, typed = visit.request.member, visit.typed
    draft = visit.at.draft
    try:
        giving.keep_draft(
            giver=giver, draft=draft, uid=typed.kept, read=typed.read, fresh=typed.uid, now=now(), chance=SystemChance()
        )
    except LookupError:  # deleted meanwhile in another window; what is on this page is kept as a new one
        giving.keep_draft(giver=giver, draft=draft, now=now(), chance=SystemChance())
    except giving.DraftChanged:
        giving.keep_draft(giver=giver, draft=draft, now=now(), chance=SystemChance())
        messages.warning(visit.request, str(_BOTH_KEPT))
        return redirect("drafts")
    messages.success(visit.request, gettext("This draft is kept. Nobody has been asked anything."))
    return redirect("drafts")


def _sleep(visit: Visit) -> HttpResponseBase:
    """Keep the need until the day on which it may become real (R11)."""
    if visit.typed.tried or visit.step != "verdict":
        raise Http404
    at = visit.at
    form = SleepForm(visit.request.POST, at=at)
    if not form.is_valid():
        return _show(visit, sleep=form)
    until, typed = form.cleaned_data["wakes_on"], visit.typed
    what: dict[str, Any] = {"owner": at.member, "draft": at.draft, "until": until}
    what |= {"now": at.now, "chance": SystemChance(), "policy": law.policy()}
    try:
        sleepers.sleep(uid=typed.kept, read=typed.read, fresh=typed.uid, **what)
    except LookupError:  # deleted meanwhile in another window; what is on this page is kept as a new one
        sleepers.sleep(**what)
    except giving.DraftChanged:
        sleepers.sleep(**what)
        messages.warning(visit.request, str(_BOTH_KEPT))
    except sleepers.BadNight as refused:
        form.explain(refused)
        return _show(visit, sleep=form)
    words = gettext("It sleeps until %(day)s, and nobody has been asked anything.")
    messages.success(visit.request, words % {"day": need_words.day_words(until)})
    return redirect("drafts")


@members_only
@require_safe
def drafts(request: MemberRequest) -> HttpResponse:
    """List what the member asked to keep; what sleeps stands apart (R11)."""
    member, at = request.member, now()
    pages = Paginator(range(stories.count_drafts(owner_pk=member.pk)), stories.PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    lines = stories.drafts(owner_pk=member.pk, page=page.number)
    context = {
        "section": "recommend",
        "lines": [need_pages.draft_line(line, member=member) for line in lines],
        "page": page,
        "woken": (woken := night.woken(owner=member, now=at)),
        "asleep": (asleep := night.asleep(owner=member, now=at)),
        "nights": night.further(owner=member, shown=(*woken, *asleep)),
    }
    return render(request, "needs/drafts.html", context)


@members_only
@require_safe
def resume(request: MemberRequest, uid: str) -> HttpResponse:
    """Take a draft up again, at the first answer that is missing."""
    draft = _own_draft(request, uid)
    slept = night.sleeper(owner=request.member, uid=uid) is not None
    at = stand(sleepers.asked_anew(draft) if slept else draft, member=request.member, now=now())
    # One draft sends once, from however many windows.
    typed = Typed(draft=at.draft, uid=uid, kept=uid, read=giving.print_of(draft))
    step = need_steps.furthest(at, order=WAY_IN)
    return _show(Visit(request=request, typed=typed, step=step, order=WAY_IN))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Ask once, and forget a draft."""
    draft = _own_draft(request, uid)
    if request.method == "POST":
        giving.drop_draft(giver=request.member, uid=uid)
        messages.success(request, gettext("The draft is deleted."))
        return redirect("drafts")
    at = stand(draft, member=request.member, now=now())
    return render(request, "needs/forget.html", {"section": "recommend", "title": need_pages.draft_title(at)})


def _own_draft(request: MemberRequest, uid: str) -> NeedDraft:
    try:
        return stories.draft(owner_pk=request.member.pk, uid=uid)
    except StoryGone:
        raise Http404 from None


urlpatterns = [
    path("recommander/", recommend, name="recommend"),
    path("recommander/brouillons/", drafts, name="drafts"),
    path("recommander/brouillons/<slug:uid>/", resume, name="draft"),
    path("recommander/brouillons/<slug:uid>/effacer/", forget, name="draft_forget"),
    path("histoire/<slug:uid>/autre/", try_another, name="try_another"),
]
