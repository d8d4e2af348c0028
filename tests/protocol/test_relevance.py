"""A need held against a profile: what is proposed for each question, and why (R12)."""

from __future__ import annotations

from datetime import date

import pytest

from entremise.protocol.care import Fit, Question
from entremise.protocol.relevance import Availability, Because, Offer, Proposal, Sought, line_naming, propose, refused
from entremise.protocol.types import Urgency

TODAY = date(2026, 11, 22)
LYON = ("FR-69123", "FR-69", "FR-ARA", "FR")
RHONE = LYON[1:]
NANTES = ("FR-44109", "FR-44", "FR-PDL", "FR")
GRENOBLE = ("FR-38185", "FR-38", "FR-ARA", "FR")
MARCH = date(2027, 3, 1)
FULL = Offer(availability=Availability.FULL, free_from=MARCH)
VENTILATION = {"trade": "ventilation-engineer", "trade_names": ("ingénieur en ventilation", "ventilation engineer")}
RESTAURANT = {"client_kind": "restaurant", "kind_names": ("un restaurant", "a restaurant")}


def found(question: Question, offer: Offer, **sought) -> Proposal:
    return propose(offer, Sought(**sought), today=TODAY)[question]


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (Offer(), Proposal(None, Because.UNSAID)),
        (Offer(trade="ventilation-engineer"), Proposal(Fit.YES, Because.SAME_TRADE)),
        (Offer(trade="plumber"), Proposal(Fit.NO, Because.OTHER_TRADE, "plumber")),
        (
            Offer(trade="plumber", services=("Devis", "Cuisines")),
            Proposal(Fit.NO, Because.OTHER_TRADE, "plumber"),
        ),
        (
            Offer(trade="plumber", services=("Conseil d’un ingénieur, ventilation comprise",)),
            Proposal(Fit.YES, Because.LINE_NAMES_IT, "Conseil d’un ingénieur, ventilation comprise"),
        ),
        (Offer(services=("Cuisines professionnelles",)), Proposal(Fit.UNKNOWN, Because.UNCERTAIN)),
        (
            Offer(trade="ventilation-engineer", not_for_me=("Ventilation engineers abroad",)),
            Proposal(Fit.NO, Because.NOT_FOR_THEM, "Ventilation engineers abroad"),
        ),
    ],
)
def test_r12_the_service_is_held_against_trade_services_and_what_is_not_for_them(offer: Offer, expected: Proposal):
    assert found(Question.SERVICE, offer, **VENTILATION) == expected


def test_r12_a_trade_in_the_givers_own_words_is_uncertain_beside_a_listed_one():
    offer = Offer(trade="plumber", services=("Sourciers et puits",))
    assert found(Question.SERVICE, offer, trade_names=("sourcier",)).because is Because.LINE_NAMES_IT
    assert found(Question.SERVICE, offer, trade_names=("fontainier",)) == Proposal(Fit.UNKNOWN, Because.UNCERTAIN)


def test_r12_a_need_without_a_trade_is_no_trade_of_anybodys():
    assert found(Question.SERVICE, Offer()) == Proposal(None, Because.UNSAID)
    for offer in (Offer(trade="plumber"), Offer(services=("Cuisines professionnelles",))):
        assert found(Question.SERVICE, offer) == Proposal(Fit.UNKNOWN, Because.UNCERTAIN)


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (Offer(), Proposal(None, Because.UNSAID)),
        (Offer(client_kinds=frozenset({"restaurant"})), Proposal(Fit.YES, Because.KIND_SOUGHT, "restaurant")),
        (Offer(client_kinds=frozenset({"family"})), Proposal(Fit.NO, Because.OTHER_KINDS)),
        (
            Offer(client_kinds=frozenset({"family"}), markets=("Les restaurants du quartier",)),
            Proposal(Fit.YES, Because.LINE_NAMES_IT, "Les restaurants du quartier"),
        ),
        (
            Offer(client_kinds=frozenset({"family"}), markets=("Qui reprend une affaire",)),
            Proposal(Fit.UNKNOWN, Because.UNCERTAIN),
        ),
        (Offer(markets=("Qui reprend une affaire",)), Proposal(Fit.UNKNOWN, Because.UNCERTAIN)),
        (
            Offer(client_kinds=frozenset({"restaurant"}), not_for_me=("Pas de restaurants",)),
            Proposal(Fit.NO, Because.NOT_FOR_THEM, "Pas de restaurants"),
        ),
    ],
)
def test_r12_the_market_is_held_against_kinds_of_clients_and_lines(offer: Offer, expected: Proposal):
    assert found(Question.MARKET, offer, **RESTAURANT) == expected


def test_r12_a_need_that_does_not_say_what_the_client_is_leaves_the_market_uncertain():
    assert found(Question.MARKET, Offer(client_kinds=frozenset({"family"}))).fit is Fit.UNKNOWN


@pytest.mark.parametrize(
    ("offered", "wanted", "expected"),
    [
        ((), LYON, Proposal(None, Because.UNSAID)),
        ((RHONE,), (), Proposal(None, Because.UNSAID)),
        ((NANTES, RHONE), LYON, Proposal(Fit.YES, Because.WORKS_THERE, "FR-69")),
        ((LYON,), LYON, Proposal(Fit.YES, Because.WORKS_THERE, "FR-69123")),
        ((NANTES, LYON), RHONE, Proposal(Fit.UNKNOWN, Because.WORKS_IN_PART, "FR-69123")),
        ((NANTES,), LYON, Proposal(Fit.NO, Because.WORKS_ELSEWHERE)),
        ((GRENOBLE,), RHONE, Proposal(Fit.NO, Because.WORKS_ELSEWHERE)),
        ((GRENOBLE,), RHONE[1:], Proposal(Fit.UNKNOWN, Because.WORKS_IN_PART, "FR-38185")),
    ],
)
def test_r12_the_area_is_held_by_containment(offered, wanted, expected: Proposal):
    assert found(Question.AREA, Offer(areas=offered), area=wanted) == expected


@pytest.mark.parametrize(
    ("offer", "sought", "expected"),
    [
        (Offer(), {}, Proposal(None, Because.UNSAID)),
        (Offer(availability=Availability.CLOSED), {}, Proposal(Fit.NO, Because.CLOSED)),
        (Offer(availability=Availability.FREE), {}, Proposal(Fit.YES, Because.FREE)),
        (Offer(availability=Availability.FULL, free_from=TODAY), {}, Proposal(Fit.YES, Because.FREE)),
        (Offer(availability=Availability.FULL), {}, Proposal(Fit.UNKNOWN, Because.UNCERTAIN)),
        (FULL, {"urgency": Urgency.NOW}, Proposal(Fit.NO, Because.FULL_UNTIL, "2027-03-01")),
        (
            FULL,
            {"urgency": Urgency.DATED, "wanted_by": date(2027, 2, 28)},
            Proposal(Fit.NO, Because.FULL_UNTIL, "2027-03-01"),
        ),
        (
            FULL,
            {"urgency": Urgency.DATED, "wanted_by": MARCH},
            Proposal(Fit.YES, Because.FREE_BY_THEN, "2027-03-01"),
        ),
        (FULL, {"urgency": Urgency.LATER}, Proposal(Fit.NO, Because.FULL_UNTIL, "2027-03-01")),
        (FULL, {"urgency": Urgency.NOW, "wanted_by": MARCH}, Proposal(Fit.NO, Because.FULL_UNTIL, "2027-03-01")),
    ],
)
def test_r12_the_date_is_held_against_the_availability(offer: Offer, sought, expected: Proposal):
    assert found(Question.AVAILABLE, offer, **sought) == expected


@pytest.mark.parametrize(
    ("floor", "budget", "expected"),
    [
        (None, 100, Proposal(None, Because.UNSAID)),
        (5000, None, Proposal(Fit.UNKNOWN, Because.FLOOR, "5000")),
        (5000, 5000, Proposal(Fit.YES, Because.ABOVE_FLOOR, "5000")),
        (5000, 4999, Proposal(Fit.NO, Because.BELOW_FLOOR, "5000")),
    ],
)
def test_r12_the_budget_is_held_against_the_floor(floor, budget, expected: Proposal):
    assert found(Question.BUDGET, Offer(floor=floor), budget=budget) == expected


def test_r12_no_profile_says_whether_the_client_has_somebody_already():
    assert found(Question.WANTED, FULL) == Proposal(None, Because.UNSAID)


def test_r12_every_question_gets_a_proposal_and_those_refused_are_named():
    proposals = propose(FULL, Sought(urgency=Urgency.NOW), today=TODAY)
    assert set(proposals) == set(Question)
    assert refused(proposals) == {Question.AVAILABLE}


@pytest.mark.parametrize(
    ("lines", "names", "expected"),
    [
        (["Rien", "Cuisines de Restaurants"], ["un restaurant"], "Cuisines de Restaurants"),
        (["Un bar"], ["de la"], ""),
        (["Un bar"], ["le bar"], ""),
        (["Conseil en ventilation"], ["ingénieur en ventilation"], ""),
        (["Les caves"], ["une cave"], "Les caves"),
        (["Un bar"], [], ""),
        ([], ["un restaurant"], ""),
    ],
)
def test_a_line_names_something_with_all_its_telling_words_one_or_several(lines, names, expected):
    assert line_naming(lines, names) == expected
