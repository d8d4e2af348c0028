"""Every number of the doctrine, in one place."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta

import pytest

from entremise.protocol import consent
from entremise.protocol.policy import Policy, numbers, under
from entremise.protocol.types import How

DOCTRINE = {
    "hold": ("R6", timedelta(minutes=15)),
    "hold_aloud": ("R8", timedelta(hours=24)),
    "window_least": ("R6a", 3),
    "window_most": ("R6a", 14),
    "actual_within": ("R11", 90),
    "thanks_within": ("R20", 2),
    "contact_within": ("R20", 2),
    "news_every": ("R21", 14),
    "open_requests": ("R46", 1),
    "unanswered_most": ("R46", 2),
    "unanswered_within": ("R46", 90),
    "given_a_day": ("R46", 5),
    "given_a_day_first": ("R46", 2),
    "given_a_week": ("R46", 20),
    "town_least": ("R4", 20_000),
    "reminders": ("R6c", 1),
    "unfinished_kept": ("R48", 30),
    "leads_kept": ("R48", 180),
    "proof_texts_kept": ("R48", 3 * 365),
    "percent_from": ("R26", 5),
    "rank_from": ("R26", 10),
    "streak_from": ("R27", 3),
    "review_open": ("R27", 10),
    "profile_old": ("R27", 365),
    "batch_givers": ("R12", 3),
    "overruled_within": ("R12", 365),
    "likely_from": ("R28", 99),
    "power": ("R28", 80),
    "more_most": ("R28", 1_000),
}


@pytest.mark.parametrize("name", DOCTRINE)
def test_a_number_of_the_doctrine_has_its_rule_and_its_default(name):
    number = {one.name: one for one in numbers()}[name]
    assert (number.rule, number.default) == DOCTRINE[name]
    assert getattr(Policy(), name) == number.default


def test_every_setting_says_its_unit_its_rule_and_what_it_is_about_and_has_a_default_above_nothing():
    assert [one.name for one in numbers()] == [f.name for f in fields(Policy)]
    for one in numbers():
        assert re.fullmatch(r"R\d+[a-d]?", one.rule), one
        assert one.unit, one
        assert one.about, one
        assert one.default > type(one.default)(0), one  # type: ignore[operator]


def test_r6c_canada_allows_no_reminder_and_the_strict_profile_never_writes_first():
    assert [(under(law).reminders, under(law).writes_first) for law in ("fr", "eu-strict", "ca")] == [
        (1, True),
        (1, False),
        (0, True),
    ]


def test_r8_the_longest_hold_is_the_one_of_a_yes_given_aloud():
    assert max(consent.hold(how, Policy()) for how in How) == Policy().hold_aloud
