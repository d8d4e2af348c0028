"""The cards before the New Year: who gets one and why, in which words, printed, ticked off (R24, R25)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.people import queries as people
from entremise.people.actions import attentions as actions
from entremise.people.queries import attentions, oneself
from entremise.people.queries.attentions import CardFor, Habits
from entremise.protocol.attention import Occasion, Wish, card_year
from entremise.web.access import MemberRequest, members_only
from entremise.web.attention_words import OCCASIONS, Line, line, refusal
from entremise.web.card_forms import DEFAULT_LAYOUT, CardWordsForm, OwnWordsForm, first_name

_FOUND = 8


@dataclass(frozen=True, kw_only=True)
class Season:
    """The cards of a year as their member finds them."""

    year: int
    today: date
    people: tuple[CardFor, ...]
    habits: Habits

    @property
    def new_year(self) -> int:
        """The year the cards wish well for."""
        return self.year + 1

    @property
    def lines(self) -> list[tuple[Line, CardFor]]:
        """Everybody on the list, in words."""
        return [(line(one), one) for one in self.people]

    @property
    def sent(self) -> int:
        """How many cards were sent."""
        return sum(one.sent_on is not None for one in self.people)

    @property
    def without_address(self) -> list[CardFor]:
        """Those whose postal address is not known."""
        return [one for one in self.people if not one.address]


def season(request: MemberRequest) -> Season:
    """Return this year's cards of the member."""
    member = request.member
    today = member.today(clock.now())
    year = card_year(today)
    return Season(
        year=year,
        today=today,
        people=attentions.cards(owner_pk=member.pk, year=year, on=today, policy=law.policy()),
        habits=attentions.habits(owner_pk=member.pk),
    )


@members_only
@require_safe
def show(request: MemberRequest) -> HttpResponse:
    """Show who gets a card, why, whose address is missing, and what was sent; without a budget, what to write."""
    found = season(request)
    context = {
        "section": "cultivating",
        "season": found,
        "most": law.policy().cards_a_year,
        "words": found.habits.words,
    }
    return render(request, "attentions/cards.html", context)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: MemberRequest) -> HttpResponseBase:
    """Write everybody's words, and choose the card; what does not fit is said before anything is printed."""
    found = season(request)
    names = [first_name(one) for one in found.people]
    form = CardWordsForm(request.POST if request.method == "POST" else None, habits=found.habits, names=names)
    if form.is_valid():
        kept = replace(found.habits, **form.cleaned_data)
        try:
            actions.keep_habits(owner_pk=request.member.pk, habits=kept, now=clock.now())
        except actions.AttentionRefused as refused:
            for field, reason in refused.reasons.items():
                form.add_error(field, refusal(field, reason))
        else:
            messages.success(request, gettext("Your words are kept."))
            return redirect("cards")
    context = {"section": "cultivating", "form": form, "year": found.new_year}
    return render(request, "attentions/words.html", context, status=422 if form.errors else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def write_for(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Write words for one person's card alone."""
    found = season(request)
    one = next((one for one in found.people if one.uid == uid), None)
    if one is None:
        raise Http404
    layout = found.habits.layout or DEFAULT_LAYOUT
    form = OwnWordsForm(request.POST if request.method == "POST" else None, one=one, layout=layout)
    if form.is_valid():
        words = form.cleaned_data["words"]
        actions.keep_words(owner_pk=request.member.pk, contact_uid=uid, year=found.year, words=words)
        messages.success(request, gettext("Your words are kept."))
        return redirect("cards")
    context = {"section": "cultivating", "form": form, "one": one, "everybody": found.habits.words}
    return render(request, "attentions/words_for.html", context, status=422 if form.errors else 200)


@members_only
@require_POST
def act(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Put somebody on the list, take them off it, or tick their card off; each can be undone the same way."""
    at = clock.now()
    owner_pk, today = request.member.pk, request.member.today(at)
    year = card_year(today)
    try:
        match request.POST.get("act", ""):
            case "sent":
                actions.tick_card(
                    owner_pk=owner_pk,
                    contact_uid=uid,
                    year=year,
                    on=today,
                    now=at,
                    policy=law.policy(),
                    chance=SystemChance(),
                )
            case "unsent":
                actions.untick_card(owner_pk=owner_pk, contact_uid=uid, year=year, now=at, policy=law.policy())
            case said:
                decide(owner_pk=owner_pk, uid=uid, occasion=Occasion.CARD, said=said)
    except actions.ContactNotFound:
        raise Http404 from None
    return redirect("cards")


def decide(*, owner_pk: int, uid: str, occasion: Occasion, said: str) -> None:
    """Keep what was pressed about somebody: in, out, or as their worth says. Raises ContactNotFound, Http404."""
    wishes = {"pin": Wish.PINNED, "remove": Wish.REMOVED, "leave": None}
    if said not in wishes:
        raise Http404
    actions.wish(owner_pk=owner_pk, contact_uid=uid, occasion=occasion, wish=wishes[said], now=clock.now())


@members_only
@require_safe
def add(request: MemberRequest, occasion: str) -> HttpResponse:
    """Find somebody of one's own book to put on a list, and whoever was taken off it."""
    if occasion not in OCCASIONS:
        raise Http404
    search = request.GET.get("q", "").strip()[:200]
    found = people.lines_matching(owner_pk=request.member.pk, search=search, limit=_FOUND) if search else ()
    own = oneself.among([line.pk for line in found])
    context = {
        "section": "cultivating",
        "occasion": occasion,
        "search": search,
        "found": [line for line in found if line.pk not in own],
        "off": attentions.taken_off(owner_pk=request.member.pk, occasion=OCCASIONS[occasion]),
    }
    return render(request, "attentions/add.html", context)


@members_only
@require_POST
def budget(request: MemberRequest) -> HttpResponseBase:
    """Keep whether there is money for attentions; without, words and news are proposed in their place (R25)."""
    habits = attentions.habits(owner_pk=request.member.pk)
    kept = replace(habits, without_budget=request.POST.get("budget") == "none")
    actions.keep_habits(owner_pk=request.member.pk, habits=kept, now=clock.now())
    return redirect("lunches" if request.POST.get("from") == "lunches" else "cards")


def season_words(left: int) -> str:
    """Return what is said of the cards from mid-November to New Year's Eve, with `left` of them to write (R24)."""
    words = ngettext(
        "It is the season of cards: %(count)d person on your list has not had theirs yet.",
        "It is the season of cards: %(count)d people on your list have not had theirs yet.",
        left,
    )
    return words % {"count": left} if left else ""


urlpatterns = [
    path("cultiver/voeux/", show, name="cards"),
    path("cultiver/voeux/mots/", write, name="card_words"),
    path("cultiver/voeux/mots/<str:uid>/", write_for, name="card_words_for"),
    path("cultiver/voeux/<str:uid>/acte/", act, name="card_act"),
    path("cultiver/ajouter/<str:occasion>/", add, name="attention_add"),
    path("cultiver/budget/", budget, name="attention_budget"),
]
