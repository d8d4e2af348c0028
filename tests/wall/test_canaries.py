"""A canary in every identifying field, looked for in every mail, page, log and queued message (R4, R18)."""

from __future__ import annotations

import base64
import quopri

import pytest

from tests.wall import canaries, pairs
from tests.wall.observed import Leaked

HAYSTACK = canaries.word("receiver", "family_name")


@pytest.mark.django_db
@pytest.mark.parametrize("members", [frozenset(), pairs.EVERYBODY], ids=["by link", "as members"])
def test_no_canary_reaches_who_may_not_know_it(members: frozenset[str]) -> None:
    """R4, R18: in every state of the reference example, for every observer, and in the log and the outbox."""
    canaries.check_canaries(members=members)


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["the receiver withdraws", "the name is refused", "the client says no"])
def test_no_canary_is_let_out_by_a_quiet_end(ending: str) -> None:
    """R7: nothing is told because nothing came of it. Only the refused name was told, before."""
    canaries.check_canaries(pairs.ENDINGS[ending], grid=(0, 3, 6, 10, 24 * 14, 24 * 33))


@pytest.mark.parametrize(
    "hidden",
    [
        HAYSTACK.encode(),
        HAYSTACK.upper().encode(),
        HAYSTACK.swapcase().encode(),
        HAYSTACK[::-1].encode(),
        base64.b64encode(b"a" + HAYSTACK.encode() + b"b"),
        base64.b64encode(b"ab" + HAYSTACK.encode()),
        base64.urlsafe_b64encode(b"abc" + HAYSTACK.encode()),
        quopri.encodestring(HAYSTACK.encode()),
        HAYSTACK.encode()[:9] + b"=\r\n" + HAYSTACK.encode()[9:],
        HAYSTACK.encode().hex().encode(),
        b"R%C3%A9zqfamily_namewxreceiver",
        b"R&eacute;zqfamily_namewxreceiver",
        b"Subject: =?utf-8?q?R=C3=A9zqfamily=5Fnamewxreceiver?=",
    ],
)
def test_a_disguised_canary_is_found(hidden: bytes) -> None:
    """The search itself is tried: each disguise is seen through."""
    with pytest.raises(Leaked):
        canaries.assert_none(b"before " + hidden + b" after", [HAYSTACK], where="here")


@pytest.mark.parametrize("hidden", ["06 47 13 82 95", "+33 6 47 13 82 95", "06.47.13.82.95"])
def test_a_telephone_number_is_found_however_it_is_written(hidden: str) -> None:
    """R4: a number is its digits."""
    with pytest.raises(Leaked):
        canaries.assert_none(f"call {hidden} now".encode(), canaries.all_of("receiver"), where="here")
