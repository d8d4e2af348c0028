"""Three distinct people (R1), judged only on what the giver typed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from entremise.protocol.errors import SamePerson
from entremise.protocol.types import Role


@dataclass(frozen=True, kw_only=True)
class Typed:
    """How the giver wrote one of the three down: the entry of their address book, addresses, telephone numbers.

    Addresses and numbers are in their normal form, so that equal ones compare equal.
    """

    role: Role
    entry: str
    addresses: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()


def refuse_same_person(*three: Typed) -> None:
    """Raise SamePerson when two roles share an entry, an address or a telephone number (R1)."""
    for first, second in combinations(three, 2):
        why = _shared(first, second)
        if why:
            raise SamePerson(first.role, second.role, why)


def _shared(first: Typed, second: Typed) -> str:
    if first.entry and first.entry == second.entry:
        return "entry"
    if first.addresses & second.addresses:
        return "address"
    return "phone" if first.phones & second.phones else ""
