"""Trades that may not pay for recommendations (R25)."""

from __future__ import annotations

import pytest

from entremise.catalogue.paying import listed, may_not_pay
from entremise.catalogue.trades import all_trades


def test_r25_every_trade_on_the_list_is_one_of_the_catalogue_and_has_its_reason_in_both_languages() -> None:
    keys = {trade.key for trade in all_trades()}
    assert set(listed()) <= keys
    for why in listed().values():
        assert why.reason("fr-ca") != why.reason("en")
        assert why.reason("fr").endswith((".", ")."))


@pytest.mark.parametrize("trade", ["lawyer", "notary", "general-practitioner", "accountant", "dentist"])
def test_r25_regulated_trades_are_warned(trade: str) -> None:
    why = may_not_pay(trade)
    assert why is not None
    assert not why.only_limited


def test_a_trade_under_conditions_is_told_apart_and_others_are_not_on_the_list() -> None:
    assert may_not_pay("estate-agent").only_limited  # type: ignore[union-attr]
    assert may_not_pay("plumber") is None
    assert may_not_pay("") is None
