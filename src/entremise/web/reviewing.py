"""The four questions of the receiver: what is open, one month's or streak's, and questions of one's own (R27, R29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.insights import reviewing as insights
from entremise.insights.reviewing import ReviewPage
from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.protocol.diagnosis import Prepared, Question, Said
from entremise.protocol.looking_back import Opened, Opening
from entremise.referrals.actions import reviews as actions
from entremise.referrals.actions.reviews import LONGEST_OWN, LONGEST_WORDS, MOST_OWN, OwnRefused, WhyNot
from entremise.referrals.queries import reviews as queries
from entremise.referrals.queries.reviews import OwnCard, Reply, ReviewCard, ReviewGone
from entremise.web.access import MemberRequest, members_only
from entremise.web.forms_look import Choices
from entremise.web.review_words import QUESTIONS, SAID, FactWords, facts_in_words, is_of_givers, proposal_words, title

_ = gettext_lazy


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question on the page: the facts first, then what they alone would say, then what the member says.

    `said` and `words` are what was answered, `fields` where it is answered. One's own questions have no facts.
    """

    name: str
    title: str
    facts: list[FactWords]
    proposal: str
    said: str
    words: str
    fields: tuple[BoundField, ...] = ()


class ReviewForm(forms.Form):
    """An answer and words to every question, all of them optional: what is there is kept."""

    all_optional = True

    def __init__(self, data: Any = None, *, page: ReviewPage) -> None:
        self.names = {one.value: one for one in Question} | {uid: uid for uid in _own_of(page)}
        replies = {name: _reply(page.card, about) for name, about in self.names.items()}
        initial = {f"said_{name}": one.said.value if one.said else "" for name, one in replies.items()}
        initial |= {f"words_{name}": one.words for name, one in replies.items()}
        super().__init__(data, initial=initial)
        for name, question in _titles(page).items():
            self.fields[f"said_{name}"] = _choice(question)
            self.fields[f"words_{name}"] = _words(question)

    def said(self) -> dict[Question | str, Reply]:
        """Return what was answered, by question, and by uid of one's own."""
        return {about: self._typed(name) for name, about in self.names.items()}

    def _typed(self, name: str) -> Reply:
        said = self.cleaned_data[f"said_{name}"]
        return Reply(said=Said(said) if said else None, words=self.cleaned_data[f"words_{name}"])


def _choice(question: str) -> forms.ChoiceField:
    """Three equal answers, none of them ticked for anybody (R27)."""
    label = format_html('{}<span class="unseen"> {}</span>', gettext("What do you say?"), question)
    choices = [(one.value, words) for one, words in SAID.items()]
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=Choices)


def _words(question: str) -> forms.CharField:
    label = format_html('{}<span class="unseen"> {}</span>', gettext("In your own words"), question)
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=LONGEST_WORDS, widget=area)


def _reply(card: ReviewCard | None, about: Question | str) -> Reply:
    if card is None:
        return Reply()
    return card.reply(about) if isinstance(about, Question) else card.own_reply(about)


def _own_of(page: ReviewPage) -> dict[str, str]:
    """The member's own questions by uid: those of today, and those answered here that are asked no more."""
    now = {one.uid: one.text for one in page.own} if page.changeable else {}
    then = {one.own: one.asked for one in page.card.answers if one.own} if page.card else {}
    return {**then, **now}


def _titles(page: ReviewPage) -> dict[str, str]:
    return {one.value: str(words) for one, words in QUESTIONS.items()} | _own_of(page)


# -- what is open -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Line:
    """Questions in a list: what they are called, since and until when they are open, and what was kept of them."""

    key: str
    title: str
    opening: Opening | None
    card: ReviewCard | None


@members_only
@require_safe
def show(request: MemberRequest) -> HttpResponse:
    """List what is open, what was answered earlier, and the member's own questions (R27)."""
    member, at = request.member, clock.now()
    found = queries.open_reviews(member=member, now=at, policy=law.policy())
    cards = {one.key: one for one in queries.reviews(member=member)}
    waiting = {one.key for one in found}
    context = {
        "section": "learning",
        "open": [_line(one.key, one.opened, opening=one, card=cards.get(one.key)) for one in found],
        "earlier": [_line(one.key, one.opened, card=one) for one in cards.values() if one.key not in waiting],
        "own": queries.own_questions(member=member),
    }
    return render(request, "learning/questions.html", context)


def _line(key: str, opened: Opened, *, opening: Opening | None = None, card: ReviewCard | None = None) -> Line:
    looked_at = len(opening.about) if opening else card.facts.reviewed if card else 0
    return Line(key=key, title=title(key, opened, looked_at=looked_at), opening=opening, card=card)


# -- one month's, or one streak's -------------------------------------------------------------------


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: MemberRequest, key: str) -> HttpResponseBase:
    """Show the facts to each question, then ask; keep what is said, whole or in part (R27)."""
    again = request.method == "POST" or "encore" in request.GET
    page = _page(request, key, again=again)
    if request.method != "POST":
        asks = page.changeable and (again or not page.answered)
        return _render(request, page, ReviewForm(page=page) if asks else None)
    form = ReviewForm(request.POST, page=page)
    done = request.POST.get("act") == "done"
    if not form.is_valid() or not _kept(request, page, form, done=done):
        return _render(request, page, form, status=422)
    if done:
        return redirect("questions_review", key=key)
    messages.success(request, gettext("It is kept. Go on whenever you like."))
    return redirect("questions")


def _page(request: MemberRequest, key: str, *, again: bool) -> ReviewPage:
    try:
        return insights.review(member=request.member, key=key, again=again, now=clock.now(), policy=law.policy())
    except ReviewGone:
        raise Http404 from None


def _kept(request: MemberRequest, page: ReviewPage, form: ReviewForm, *, done: bool) -> bool:
    """Keep what was said; where that cannot be, say so in the form and return False."""
    try:
        actions.answer(
            member=request.member,
            key=page.key,
            facts=page.facts,
            said=form.said(),
            done=done,
            now=clock.now(),
            policy=law.policy(),
        )
    except actions.NothingSaid:
        form.add_error(None, gettext("Say yes, partly or no to one of them at least; or keep it for later."))
    except actions.ReviewClosed:
        form.add_error(None, gettext("Newer questions were begun since: these can be read, and no longer changed."))
    return form.is_valid()


def _render(request: MemberRequest, page: ReviewPage, form: ReviewForm | None, *, status: int = 200) -> HttpResponse:
    policy = law.policy()
    context = {
        "section": "learning",
        "page": page,
        "title": title(page.key, page.opened, looked_at=page.facts.reviewed),
        "streak": page.opened is Opened.STREAK,
        "times": 2**page.facts.reviewed,
        "asked": list(_asked(page, form)),
        "form": form,
        "of_givers": any(is_of_givers(one) for one in page.questions),
        "least": policy.batch_givers,
    }
    return render(request, "learning/review.html", context, status=status)


def _asked(page: ReviewPage, form: ReviewForm | None) -> Iterator[Asked]:
    """Every question of the page, the four first; to read again, only those of one's own that were answered."""
    facts = {one.question.value: one for one in page.questions}
    for name, words in _titles(page).items():
        one = facts.get(name)
        reply = _reply(page.card, Question(name) if one else name)
        if form is None and one is None and reply.is_empty:
            continue
        yield Asked(
            name=name,
            title=words,
            said=str(SAID[reply.said]) if reply.said else "",
            words=reply.words,
            fields=(form[f"said_{name}"], form[f"words_{name}"]) if form else (),
            **_told(one),
        )


def _told(one: Prepared | None) -> dict[str, Any]:
    if one is None:
        return {"facts": [], "proposal": ""}
    return {"facts": facts_in_words(one), "proposal": proposal_words(one)}


# -- questions of one's own -------------------------------------------------------------------------

_WHY_NOT = {
    WhyNot.EMPTY: _("Please write the question."),
    WhyNot.LONG: _("A question of 200 characters at most is read, and answered."),
    WhyNot.MANY: _("Eight questions of your own are the most: take one away first, or write it in other words."),
    WhyNot.ASKED: _("You ask yourself this one already."),
}


class OwnForm(forms.Form):
    """A question of one's own."""

    text = forms.CharField(
        label=_("Your question"),
        help_text=_("One that can be answered with yes, partly or no. For example: “Did I call within the day?”"),
        max_length=LONGEST_OWN,
        error_messages={"required": _WHY_NOT[WhyNot.EMPTY], "max_length": _WHY_NOT[WhyNot.LONG]},
    )


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: MemberRequest) -> HttpResponseBase:
    """Show the questions a member added to the four, and add one (R27)."""
    form = OwnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            text, at = form.cleaned_data["text"], clock.now()
            actions.add_own(member=request.member, text=text, now=at, chance=SystemChance())
        except OwnRefused as refused:
            form.add_error("text", str(_WHY_NOT[refused.why]))
        else:
            messages.success(request, gettext("It is asked beside the four from now on."))
            return redirect("questions_own")
    asked = queries.own_questions(member=request.member)
    context = {"section": "learning", "own": asked, "form": form, "full": len(asked) >= MOST_OWN}
    return render(request, "learning/own.html", context, status=422 if form.errors else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def reword(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Put one of them in other words; past answers keep the words they were given to."""
    one = _own(request, uid)
    form = OwnForm(request.POST or None, initial={"text": one.text})
    if request.method == "POST" and form.is_valid():
        try:
            actions.reword_own(member=request.member, uid=uid, text=form.cleaned_data["text"])
        except OwnRefused as refused:
            form.add_error("text", str(_WHY_NOT[refused.why]))
        else:
            messages.success(request, gettext("It is asked in these words from now on."))
            return redirect("questions_own")
    context = {"section": "learning", "one": one, "form": form}
    return render(request, "learning/reword.html", context, status=422 if form.errors else 200)


@members_only
@require_POST
def retire(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Ask one of them no more; what was answered stays."""
    try:
        actions.retire_own(member=request.member, uid=uid, now=clock.now())
    except ReviewGone:
        raise Http404 from None
    messages.success(request, gettext("It is asked no more. What you answered to it stays with its month."))
    return redirect("questions_own")


def _own(request: MemberRequest, uid: str) -> OwnCard:
    found = next((one for one in queries.own_questions(member=request.member) if one.uid == uid), None)
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("apprendre/questions/", show, name="questions"),
    path("apprendre/questions/miennes/", own, name="questions_own"),
    path("apprendre/questions/miennes/<slug:uid>/", reword, name="questions_own_reword"),
    path("apprendre/questions/miennes/<slug:uid>/retirer/", retire, name="questions_own_retire"),
    path("apprendre/questions/<str:key>/", review, name="questions_review"),
]
