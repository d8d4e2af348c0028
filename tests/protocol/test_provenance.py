"""Whose permission is needed before somebody is passed on, and when it is no longer (R38–R40)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from entremise.protocol.policy import DEFAULT
from entremise.protocol.provenance import Asking, Business, Ground, Judged, Met, askings, judge, same_market, same_trade
from entremise.protocol.relevance import Offer, Sought
from entremise.protocol.types import Kind, Role

TODAY = date(2026, 3, 3)
YOUNG = Met(role=Role.RECEIVER, through="françois", on=TODAY - timedelta(days=243), solidity=35)
SOLID_AND_OLD = replace(YOUNG, on=TODAY - timedelta(days=DEFAULT.own_bond_after), solidity=DEFAULT.solid_from)


def judged(met: Met, *, other: str = "marc") -> Judged:
    return judge(met, other=other, today=TODAY, policy=DEFAULT)


def test_r38_a_young_bond_needs_the_referrers_permission_and_says_what_it_lacks() -> None:
    found = judged(YOUNG)
    assert found.ground is Ground.NEEDED
    assert (found.points_short, found.days_short) == (25, 122)  # 60 - 35 points; 365 - 243 days


@pytest.mark.parametrize(
    ("met", "ground"),
    [
        (replace(YOUNG, through=""), Ground.MET_ALONE),
        (replace(YOUNG, through="marc"), Ground.THE_OTHER_PARTY),
        (replace(YOUNG, standing=True), Ground.STANDING),
        (SOLID_AND_OLD, Ground.OWN_BOND),
        (replace(YOUNG, through="", gone=True), Ground.GONE),
    ],
)
def test_r38_nobody_is_asked_where_the_doctrine_says_so(met: Met, ground: Ground) -> None:
    assert judged(met).ground is ground


@pytest.mark.parametrize(
    ("met", "short"),
    [
        (replace(SOLID_AND_OLD, solidity=DEFAULT.solid_from - 1), (1, 0)),
        (replace(SOLID_AND_OLD, on=TODAY - timedelta(days=DEFAULT.own_bond_after - 1)), (0, 1)),
        (replace(SOLID_AND_OLD, on=None), (0, DEFAULT.own_bond_after)),
    ],
)
def test_r38_both_solid_and_old_enough_to_the_last_point_and_day(met: Met, short: tuple[int, int]) -> None:
    found = judged(met)
    assert found.ground is Ground.NEEDED
    assert (found.points_short, found.days_short) == short


def test_r38_a_referrer_who_is_gone_counts_as_nobody_once_the_bond_is_ones_own() -> None:
    assert judged(replace(SOLID_AND_OLD, through="", gone=True)).ground is Ground.OWN_BOND
    assert judged(replace(YOUNG, through="", gone=True), other="").ground is Ground.GONE


def asked(receiver_through: str, client_through: str) -> tuple[Asking, ...]:
    return askings(
        [
            judged(replace(YOUNG, role=Role.CLIENT, through=client_through), other="inès"),
            judged(replace(YOUNG, through=receiver_through)),
        ]
    )


def test_r39_one_on_each_side_are_both_asked_the_receivers_first() -> None:
    of_receiver, of_client = asked("françois", "léa")
    assert of_receiver == Asking(kind=Kind.PERMISSION, referrer="françois", about=frozenset({Role.RECEIVER}))
    assert of_client == Asking(kind=Kind.CLIENT_PERMISSION, referrer="léa", about=frozenset({Role.CLIENT}))


def test_r39_whoever_introduced_both_is_asked_once_about_both() -> None:
    assert asked("françois", "françois") == (
        Asking(kind=Kind.PERMISSION, referrer="françois", about=frozenset({Role.RECEIVER, Role.CLIENT})),
    )


@pytest.mark.parametrize(
    ("receiver_through", "client_through", "kinds"),
    [("", "", []), ("françois", "", [Kind.PERMISSION]), ("", "léa", [Kind.CLIENT_PERMISSION])],
)
def test_r38_only_who_is_needed_is_asked(receiver_through: str, client_through: str, kinds: list[Kind]) -> None:
    assert [one.kind for one in asked(receiver_through, client_through)] == kinds


SOUGHT = Sought(
    trade="architect",
    trade_names=("Architecte", "une agence"),
    client_kind="restaurant",
    kind_names=("un restaurant", "a restaurant"),
)


@pytest.mark.parametrize(
    ("referrer", "theirs"),
    [
        (Business(trades=frozenset({"architect"})), True),
        (Business(trades=frozenset({"notary"})), False),
        (Business(words=("ARCHITECTES",)), True),
        (Business(words=("architecte naval",)), False),  # another trade: words count as a whole
        (Business(words=("", "–")), False),
        (Business(offer=Offer(services=("Les plans d’un architecte",))), True),
        (Business(offer=Offer(markets=("Les architectes",))), False),  # whom they work for is not what they do
    ],
)
def test_r40_the_trade_is_theirs_by_its_code_its_names_or_a_service_of_theirs(referrer: Business, theirs: bool) -> None:
    assert same_trade(referrer, SOUGHT) is theirs
    assert not same_market(referrer, SOUGHT)


@pytest.mark.parametrize(
    ("offer", "theirs"),
    [
        (Offer(client_kinds=frozenset({"restaurant"})), True),
        (Offer(client_kinds=frozenset({"hotel"})), False),
        (Offer(markets=("Les restaurants, à Lyon",)), True),
        (Offer(markets=("Un restaurant d’hôtel",)), True),
        (Offer(markets=("des boulangeries",)), False),
        (Offer(markets=("une boutique",)), False),  # an article alone is no kind of client
        (Offer(markets=("Les cafés et restaurants",), not_for_me=("Pas de restaurants",)), False),
    ],
)
def test_r40_the_target_markets_of_a_profile_are_read_as_in_r12(offer: Offer, theirs: bool) -> None:
    referrer = Business(offer=offer)
    assert same_market(referrer, SOUGHT) is theirs
    assert not same_trade(referrer, SOUGHT)


def test_r40_no_trade_is_nobodys_trade() -> None:
    assert not same_trade(Business(trades=frozenset({""})), Sought())
    assert not same_market(Business(), Sought())
