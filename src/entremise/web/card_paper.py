"""Cards, envelopes and labels on paper (R24): asked for on a page, answered with a PDF, or with what is in its way."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from entremise.catalogue import postal
from entremise.interchange import cards as paper
from entremise.interchange import labels
from entremise.lib import clock
from entremise.lib.paper import Face, unprintable
from entremise.people.queries.attentions import CardFor
from entremise.web.access import MemberRequest, members_only
from entremise.web.card_forms import DEFAULT_LAYOUT, PrintForm, first_name, why_not
from entremise.web.cards import Season, season

_FILES = {"cards": "cartes", "envelopes": "enveloppes", "labels": "etiquettes"}


@members_only
@require_safe
def ask(request: MemberRequest) -> HttpResponse:
    """Ask what to print; once that is said and nothing stands in its way, hand over the PDF."""
    found = season(request)
    form = PrintForm(request.GET if "what" in request.GET else None)
    if form.is_valid():
        people = [one for one in found.people if form.cleaned_data["whom"] == "all" or one.sent_on is None]
        problems = _problems(form.cleaned_data["what"], people, found)
        if not problems:
            return _answer(
                _drawn(request, form, people, found), f"{_FILES[form.cleaned_data['what']]}-{found.new_year}"
            )
        for problem in problems:
            form.add_error(None, problem)
    context = {"section": "cultivating", "form": form, "season": found, "unprintable": _unprintable(found.people)}
    return render(request, "attentions/print.html", context)


def _problems(what: str, people: Sequence[CardFor], found: Season) -> list[str]:
    """Why nothing can be printed yet, in words."""
    if not people:
        return [gettext("Nobody is left: every card was sent.") if found.people else gettext("The list is empty.")]
    if what != "cards":
        if any(_can_be_posted(one) for one in people):
            return []
        return [gettext("None of these people has a postal address yet.")]
    return list(dict.fromkeys(filter(None, (_problem(one, found) for one in people))))


def _problem(one: CardFor, found: Season) -> str:
    """Why somebody's card cannot be printed, in words; empty when it can."""
    words = one.words or found.habits.words
    if not words:
        return gettext("The words of the card are not written yet.")
    problem = why_not(words, layout=found.habits.layout or DEFAULT_LAYOUT, names=[first_name(one)])
    return f"{one.name} — {problem}" if problem else ""


def _can_be_posted(one: CardFor) -> bool:
    return bool(one.address) and not unprintable(one.name + one.company + one.address, face=Face.PLAIN)


def _unprintable(people: Sequence[CardFor]) -> list[CardFor]:
    """Those whose name or address has signs that the face of addresses does not have."""
    return [one for one in people if one.address and not _can_be_posted(one)]


def _drawn(request: MemberRequest, form: PrintForm, people: Sequence[CardFor], found: Season) -> bytes:
    """Return the PDF that was asked for."""
    said = form.cleaned_data
    layout = paper.LAYOUTS[found.habits.layout or DEFAULT_LAYOUT]
    language = request.member.language
    title = {
        "cards": gettext("Cards %(year)d"),
        "envelopes": gettext("Envelopes %(year)d"),
        "labels": gettext("Labels %(year)d"),
    }[said["what"]] % {"year": found.new_year}
    at = clock.now()
    if said["what"] == "cards":
        written = [paper.addressed(one.words or found.habits.words, first_name=first_name(one)) for one in people]
        return paper.cards(
            written, layout=layout, blank_backs=said["blank_backs"], title=title, at=at, language=language
        )
    home = postal.country_of(found.habits.sender)
    country = home.code if home else postal.HOME
    addresses = [_address(one, home=country, language=language) for one in people if _can_be_posted(one)]
    if said["what"] == "labels":
        sheet = labels.SHEETS[said["sheet"]]
        return labels.labels(addresses, sheet=sheet, first=said["first"], title=title, at=at, language=language)
    sender = postal.laid_out(found.habits.sender, name=request.member.name, home=country, language=language)
    from_whom = sender if found.habits.sender else ()
    return paper.envelopes(addresses, layout=layout, sender=from_whom, title=title, at=at, language=language)


def _address(one: CardFor, *, home: str, language: str) -> tuple[str, ...]:
    return postal.laid_out(one.address, name=one.name, company=one.company, area=one.area, home=home, language=language)


def _answer(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"},
    )


urlpatterns = [path("cultiver/voeux/imprimer/", ask, name="cards_print")]
