"""Three distinct people, judged only on what the giver typed (R1)."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

import pytest

from entremise.protocol.distinct import Typed, refuse_same_person
from entremise.protocol.errors import SamePerson
from entremise.protocol.types import Role

THREE = (Role.GIVER, Role.RECEIVER, Role.CLIENT)


def typed(role: Role, *, entry: str = "", addresses: tuple[str, ...] = (), phones: tuple[str, ...] = ()) -> Typed:
    """How the giver wrote down somebody who has two addresses and two numbers of their own."""
    own = frozenset({f"{role.value}@one.example", f"{role.value}@two.example"})
    numbers = frozenset({f"+33 {role.value} 1", f"+33 {role.value} 2"})
    return Typed(
        role=role, entry=entry or role.value, addresses=own | frozenset(addresses), phones=numbers | frozenset(phones)
    )


def test_r1_three_who_share_nothing_are_three() -> None:
    refuse_same_person(*map(typed, THREE))


def test_r1_nothing_typed_is_nothing_shared() -> None:
    refuse_same_person(*(Typed(role=role, entry="") for role in THREE))


@pytest.mark.parametrize(("first", "second"), list(combinations(THREE, 2)))
@pytest.mark.parametrize(
    ("shared", "why"),
    [
        ({"entry": "17"}, "entry"),
        ({"addresses": ("same@one.example",)}, "address"),
        ({"phones": ("+33 4 72 00 00 01",)}, "phone"),
        ({"phones": ("+33 4 72 00 00 01",), "addresses": ("same@one.example",)}, "address"),
        ({"entry": "17", "phones": ("+33 4 72 00 00 01",), "addresses": ("same@one.example",)}, "entry"),
    ],
)
def test_r1_any_two_who_share_an_entry_an_address_or_a_number_are_one_and_the_reason_says_which(
    first: Role, second: Role, shared: dict[str, Any], why: str
) -> None:
    three = [typed(role, **shared) if role in (first, second) else typed(role) for role in THREE]
    for order in permutations(three):
        with pytest.raises(SamePerson) as refused:
            refuse_same_person(*order)
        assert {refused.value.first, refused.value.second} == {first, second}
        assert refused.value.why == why


def test_r1_an_address_of_one_is_not_a_number_of_another() -> None:
    giver, receiver = typed(Role.GIVER), typed(Role.RECEIVER)
    crossed = Typed(role=Role.CLIENT, entry="client", addresses=giver.phones, phones=receiver.addresses)
    refuse_same_person(giver, receiver, crossed)
