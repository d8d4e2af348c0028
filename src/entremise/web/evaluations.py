"""Was it a good match? The page behind an evaluation's link, and how a receiver treated earlier ones (R14, R15).

Opening it changes nothing; a post needs the four digits. What was answered is not shown again: a link passed on, or
left in a history, tells nobody what its person thought.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.protocol.errors import Refusal
from entremise.protocol.evaluation import Again, Bond, Judgement, Match, Treatment
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import evaluating, steps
from entremise.referrals.queries import evaluations as queries
from entremise.referrals.queries import stories
from entremise.referrals.queries.evaluations import EvaluationPage
from entremise.referrals.queries.rows import NeedGone
from entremise.web import link_holder
from entremise.web.access import MemberRequest, members_only, strangers
from entremise.web.forms_look import Choices
from entremise.web.link_holder import DigitsForm, Holder, gone
from entremise.web.sayings import OUTCOME_WORDS
from entremise.web.words import OUTCOMES

_MATCH: Mapping[Match, Promise] = {Match.YES: _("Yes"), Match.PARTLY: _("Partly"), Match.NO: _("No, not really")}
_BONDS: Mapping[Bond, Promise] = {
    Bond.STRONGER: _("Stronger"),
    Bond.SAME: _("As before"),
    Bond.WEAKER: _("Weaker"),
}
_AGAIN: Mapping[Again, Promise] = {Again.YES: _("Yes, gladly"), Again.PERHAPS: _("Perhaps"), Again.NO: _("Rather not")}
_CLIENT_ENDS: Mapping[Outcome, Promise] = {
    Outcome.WON: _("We work together"),
    Outcome.LOST: _("I chose somebody else"),
    Outcome.NOT_A_FIT: _("It was not what I needed"),
    Outcome.NO_NEED: _("There was no need after all"),
    Outcome.NEVER_REACHED: _("We never managed to speak"),
    Outcome.SET_ASIDE: _("It is set aside for now"),
}


def _three(words: Mapping[Any, Promise], *, label: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[(one.value, said) for one, said in words.items()],
        widget=Choices,
        error_messages={"required": _("Please choose one of the three.")},
    )


class EvaluationForm(DigitsForm):
    """Two taps of each, two more of the giver, the end where it is not known, and words for whoever has some (R14)."""

    match = _three(_MATCH, label=_("Was it a good match?"))
    bonds = _three(_BONDS)
    again_receiver = _three(_AGAIN)
    again_client = _three(_AGAIN)
    outcome = forms.ChoiceField(label=_("How did it end?"), required=False, widget=Choices)
    words = forms.CharField(
        label=_("A word, if you have one"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("match", "bonds", "again_receiver", "again_client", "outcome", "words", "digits")

    def __init__(self, *args: Any, page: EvaluationPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = names_of(page)
        self.fields["bonds"].label = _bond_words(page) % names
        if page.role is Role.GIVER:
            self.fields["again_receiver"].label = gettext("Would you recommend %(receiver)s again?") % names
            self.fields["again_client"].label = gettext("Would you recommend somebody to %(client)s again?") % names
        else:
            del self.fields["again_receiver"], self.fields["again_client"]
        if page.outcome_known:
            del self.fields["outcome"]
        else:
            self.fields["outcome"].choices = [*_ends(page), ("", gettext("I do not know, or would rather not say"))]  # type: ignore[attr-defined]

    def said(self) -> Judgement:
        """Return what was answered."""
        typed = self.cleaned_data
        return Judgement(
            match=Match(typed["match"]),
            bonds=Bond(typed["bonds"]),
            again_receiver=Again(typed["again_receiver"]) if typed.get("again_receiver") else None,
            again_client=Again(typed["again_client"]) if typed.get("again_client") else None,
            outcome=Outcome(typed["outcome"]) if typed.get("outcome") else None,
            words=typed["words"],
        )


def _bond_words(page: EvaluationPage) -> str:
    if page.role is Role.GIVER:
        return gettext("Your bond with %(receiver)s and %(client)s since then")
    return gettext("Your bond with %(giver)s since then")


def _ends(page: EvaluationPage) -> list[tuple[str, str]]:
    if page.role is Role.GIVER:
        return [(one.value, str(word.label)) for one, word in OUTCOMES.items()]
    words = _CLIENT_ENDS if page.role is Role.CLIENT else OUTCOME_WORDS
    return [(one.value, str(said)) for one, said in words.items()]


def names_of(page: EvaluationPage) -> dict[str, str]:
    """Return the three names as the wall hands them to whoever is asked."""
    shown = page.shown
    people = {"giver": shown.giver, "receiver": shown.receiver, "client": shown.client}
    return {role: person.name if person else "" for role, person in people.items()}


@dataclass(frozen=True, kw_only=True)
class _Visit:
    request: HttpRequest
    holder: Holder
    page: EvaluationPage
    now: datetime

    @property
    def address(self) -> str:
        found = reverse("evaluation", args=[self.holder.token])
        return f"{found}?lang={self.holder.wish}" if self.holder.wish else found


def _visit(request: HttpRequest, token: str) -> _Visit | None:
    now = clock.now()
    try:
        page = queries.evaluation_page(token=token, now=now, language=link_holder.wish(request), policy=law.policy())
    except NeedGone:
        return None
    if page is None:
        return None
    return _Visit(request=request, holder=link_holder.holder(request, token=token, page=page), page=page, now=now)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask whether it was a good match, and keep the answer (R14)."""
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    sealed = bool(visit.holder.seal)
    if request.method != "POST":
        return _render(visit, EvaluationForm(page=visit.page, sealed=sealed))
    form = EvaluationForm(request.POST, page=visit.page, sealed=sealed)
    if not form.is_valid():
        return _render(visit, form, status=422)
    try:
        evaluating.answer(
            caller=visit.holder.caller(request, digits=form.typed_digits),
            said=form.said(),
            now=visit.now,
            chance=SystemChance(),
            policy=law.policy(),
        )
    except steps.Gone:
        return gone(request)
    except Refusal as refusal:
        form.explain(refusal)
        return _render(visit, form, status=422)
    return redirect(visit.address)


def _render(visit: _Visit, form: EvaluationForm, *, status: int = 200) -> HttpResponse:
    page = visit.page
    context = {
        "page": page,
        "role": page.role.value,
        "names": names_of(page),
        "other": names_of(page)["client" if page.role is Role.RECEIVER else "receiver"],
        "form": form,
        "asked": form.errors or page.answered_at is None,
        "least": law.policy().batch_judged,
        "action": visit.address,
        **visit.holder.frame(reverse("evaluation", args=[visit.holder.token])),
    }
    return render(visit.request, "evaluations/show.html", context, status=status)


@members_only
@require_safe
def own(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Lead a giver to their own evaluation of a story; their session stands for the digits there."""
    now = clock.now()
    token = queries.open_token(giver=request.member, uid=uid, now=now)
    if token:
        return redirect("evaluation", token=token)
    try:
        stories.story(giver=request.member, uid=uid, now=now, policy=law.policy())
    except stories.StoryGone:
        raise Http404 from None
    messages.info(request, gettext("You are not asked about this match now."))
    return redirect("story", uid=uid)


# -- before choosing a receiver ---------------------------------------------------------------------


def in_counts(found: Treatment | None) -> list[str]:
    """Return how a receiver treated the giver's earlier referrals, in counts: nobody is rated or blamed (R15, R29)."""
    if found is None:
        return []
    said = [
        ngettext("%(n)d introduction by you", "%(n)d introductions by you", found.introductions)
        % {"n": found.introductions}
    ]
    of = {"all": found.introductions}
    counts: list[tuple[int, Any]] = [
        (found.contact_in_time, _("first contact in time: %(n)d of %(all)d")),
        (found.contact_late, _("first contact later: %(n)d of %(all)d")),
        (found.contact_never, _("first contact not told to you: %(n)d of %(all)d")),
        (found.thanked, _("thanks: %(n)d of %(all)d")),
        (found.news, _("news: %(n)d of %(all)d")),
        (found.outcomes, _("outcome known: %(n)d of %(all)d")),
        (found.unknown, _("outcome unknown: %(n)d of %(all)d")),
    ]
    said += [str(words) % {**of, "n": n} for n, words in counts if n]
    if found.asked_again:
        words = gettext("you would recommend them again: %(n)d of your %(all)d answers")
        said.append(words % {"n": found.again, "all": found.asked_again})
    return said


urlpatterns = [
    path("e/<slug:token>/", evaluate, name="evaluation"),
    path("histoire/<slug:uid>/bilan/", own, name="story_evaluation"),
]
