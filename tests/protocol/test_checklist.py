"""What a complete referral holds, and what is handed over of it (R16–R19)."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from entremise.protocol.checklist import IF_KNOWN, OF_PARTY, Field, Missing, Sheet, completeness, handed_over, missing
from entremise.protocol.types import Role, Way
from entremise.protocol.wall import Part

INES = Sheet(
    role=Role.RECEIVER, name="Inès Morel", way=Way.PHONE, details="+33 4 00 00 00 01", best_time="mornings",
    booking="rdv.example",
)  # fmt: skip
MARC = Sheet(
    role=Role.CLIENT, name="Marc Lefebvre", way=Way.MAIL, details="cuisine@cedre.example", best_time="after three",
    reason="ventilation", budget="about 30,000",
)  # fmt: skip
CASES = [(sheet, name) for sheet in (INES, MARC) for name in OF_PARTY[sheet.role]]


def test_r16_the_two_parts_together_hold_everything_a_complete_referral_holds():
    assert {name for names in OF_PARTY.values() for name in names} == set(Field)
    assert missing(INES) == missing(MARC) == ()


@pytest.mark.parametrize(("sheet", "name"), CASES)
def test_r17_what_is_missing_is_shown_as_missing_and_if_known_fields_never_block(sheet, name):
    lacking = replace(sheet, **{name.value: None if name is Field.WAY else ""})
    assert missing(lacking) == (Missing(sheet.role, name, blocks=name not in IF_KNOWN),)


def test_r17_only_the_best_time_the_booking_and_the_budget_are_if_known():
    assert {Field.BEST_TIME, Field.BOOKING, Field.BUDGET} == IF_KNOWN


def test_r17_a_party_is_not_asked_for_what_is_not_theirs():
    assert Field.BUDGET not in {one.field for one in missing(Sheet(role=Role.RECEIVER))}
    assert Field.BOOKING not in {one.field for one in missing(Sheet(role=Role.CLIENT))}


@pytest.mark.parametrize(
    ("sheets", "share"),
    [((INES, MARC), 1.0), ((INES,), 1.0), ((Sheet(role=Role.CLIENT),), 0.0), ((INES, Sheet(role=Role.CLIENT)), 5 / 11),
     ((), 0.0)],
)  # fmt: skip
def test_r19_completeness_is_the_share_of_fields_filled_in(sheets, share):
    assert completeness(*sheets) == pytest.approx(share)


def test_r18_only_the_preferred_way_is_handed_over_and_no_name_travels_with_it():
    assert handed_over(INES) == Part(
        way="phone", details="+33 4 00 00 00 01", best_time="mornings", booking="rdv.example"
    )
    assert handed_over(MARC) == Part(
        way="mail", details="cuisine@cedre.example", best_time="after three", budget="about 30,000",
        reason="ventilation",
    )  # fmt: skip
    assert {f.name for f in fields(Part)}.isdisjoint({"name", "address", "email", "phone"})


def test_r17_nothing_is_invented_for_a_part_nobody_filled_in():
    assert handed_over(Sheet(role=Role.CLIENT)) == Part()
