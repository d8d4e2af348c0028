"""A need held against the receiver's own profile before anybody is asked (R12, R44)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from entremise.accounts.queries import MemberCard
from entremise.people.actions import profiles
from entremise.people.queries.profiles import ProfileText, SeenBy
from entremise.protocol.care import Fit, Question
from entremise.protocol.errors import NotAReferral
from entremise.protocol.relevance import Availability
from entremise.referrals.models import Referral
from entremise.referrals.queries.fitting import amount, held_against
from tests.cast import INES, World, member, world

pytestmark = pytest.mark.django_db
PROFILE = ProfileText(
    services=("Étude de ventilation",),
    client_kinds=("restaurant",),
    areas=("FR-69",),
    availability=Availability.CLOSED,
    floor=5000,
)


@pytest.fixture
def there() -> World:
    return world()


@pytest.fixture
def ines(there: World) -> MemberCard:
    known = member(there, name="Inès Moreau", email=INES)
    profiles.save_profile(owner_pk=known.pk, text=PROFILE, version=0, now=there.now, chance=there.chance)
    return known


def _show(there: World, ines: MemberCard, seen_by: SeenBy) -> None:
    profiles.show_to(owner_pk=ines.pk, seen_by=seen_by, now=there.now, chance=there.chance)


def test_a_need_is_held_against_the_profile_the_giver_may_see(there: World, ines: MemberCard) -> None:
    """R12: each question gets what the profile says, and R44: only where it is shown."""
    draft = replace(there.draft(), budget="8 000 €")
    asking = {"giver": there.helene, "receiver": there.ines, "draft": draft, "now": there.now}
    assert held_against(**asking) is None
    _show(there, ines, SeenBy.MEMBERS)
    held = held_against(**asking)
    assert held is not None
    fits = {question: proposal.fit for question, proposal in held.proposals.items()}
    assert fits == {
        Question.SERVICE: Fit.UNKNOWN,
        Question.MARKET: Fit.YES,
        Question.AREA: Fit.YES,
        Question.AVAILABLE: Fit.NO,
        Question.WANTED: None,
        Question.BUDGET: Fit.YES,
    }


def test_a_profile_that_says_no_is_overruled_knowingly_and_that_is_remembered(there: World, ines: MemberCard) -> None:
    """R12: whatever the giver answered, nothing leaves before they said that they know."""
    _show(there, ines, SeenBy.MEMBERS)
    with pytest.raises(NotAReferral):
        there.send()
    uid = there.send(overruled=("available",))
    answers = Referral.objects.get(uid=uid).answers
    assert answers["overruled"] == ["available"]
    assert answers["fits"]["available"] == "yes"


def test_a_profile_the_giver_may_not_see_changes_nothing(there: World, ines: MemberCard) -> None:
    """R44: neither a refusal nor a delay tells that Inès is a member."""
    assert there.send()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", None),
        ("à voir", None),
        ("5000", 5000),
        ("environ 5 000 €", 5000),
        ("5.000 à 8\u202f000,50 €", 8000),
        ("8k€", 8000),
        ("1 250 000", 1_250_000),
        ("800 € par jour", 800),
    ],
)
def test_the_largest_amount_of_a_budget_is_read(words: str, expected: int | None) -> None:
    assert amount(words) == expected
