"""A canary in every identifying field, looked for in every mail, page, log and queued message (R4, R18)."""

from __future__ import annotations

import base64
import quopri
from decimal import Decimal

import pytest

from entremise.protocol.ending import Worth
from entremise.protocol.types import Outcome, Role
from entremise.worker.jobs import RENDERERS
from tests.wall import acting, canaries, pairs
from tests.wall.observed import Leaked
from tests.wall.staging import REFERENCE_EXAMPLE, Script, met_through_francois, says_yes, send

HAYSTACK = canaries.word("receiver", "family_name")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "members",
    [
        pytest.param(frozenset(), id="by link", marks=pytest.mark.once),
        pytest.param(pairs.EVERYBODY, id="as members"),
    ],
)
def test_no_canary_reaches_who_may_not_know_it(members: frozenset[str]) -> None:
    """R4, R18: in every state of the reference example, for every observer, and in the log and the outbox."""
    canaries.check_canaries(members=members)


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ending", "named"),
    [("the receiver withdraws", canaries.NEVER), ("the name is refused", 5.25), ("the client says no", canaries.NEVER)],
)
def test_no_canary_is_let_out_by_a_quiet_end(ending: str, named: float) -> None:
    """R7: nothing is told because nothing came of it. Only the refused name was told, before."""
    told = canaries.Told(named=named, introduced=canaries.NEVER)
    canaries.check_canaries(pairs.ENDINGS[ending], grid=(0, 3, 6, 10, 24 * 14, 24 * 33), told=told)


# To a member about their own account: nobody else's name can come into them.
ACCOUNTS = {"account_mail", "account_notice", "account/looked", "address_mail"}
AFTERWARDS: Script = (
    (0.1, acting.hands_over_links),
    (0.2, acting.looks_back("helene")),
    (26, acting.cannot_reach),
    (27, acting.corrects_details),
    (31, acting.praises()),
    (33, acting.ends(Outcome.WON, worth=Worth(amount=Decimal(canaries.AMOUNT), currency="EUR"))),
    (40, acting.sends_lead),
    (41, acting.thanks_for_the_lead),
    (42, acting.notes_from_outside),
    (43, acting.invites),
    (44, acting.asks_what_is_held("stranger")),
)
REFUSED: Script = (
    (0, send),
    (0.1, acting.hands_over_links),
    (2, acting.says_no_and_why("ines")),
    (3, acting.forgets("ines", asks_givers=True)),
)


def _through_francois(who: str) -> Script:
    """The reference example with François, through whom one of the two was met, and who takes part."""
    later = [step for step in REFERENCE_EXAMPLE if step[0] > 2]
    said = "referrer" if who == "ines" else "referrer_c"
    return (
        (0, met_through_francois(who)),
        (0, send),
        (1, says_yes("francois", takes_part=True)),
        (3, says_yes("ines")),
        *later[:2],
        (31, acting.praises(about=Role(said))),
    )


@pytest.mark.once
@pytest.mark.django_db
def test_no_letter_and_no_page_behind_a_carried_link_lets_a_canary_out() -> None:
    """R4, R6d: every letter there is has been written about people who consist of canaries, and read by all."""
    never = canaries.Told(named=canaries.NEVER, introduced=canaries.NEVER)
    script = sorted((*REFERENCE_EXAMPLE, *AFTERWARDS), key=lambda step: step[0])
    sent = canaries.check_canaries(script, grid=(0.2, 3, 10, 24 * 3, 24 * 31))
    sent |= canaries.check_canaries(((0, send),), members=frozenset({"ines"}), grid=(3, 24), told=never)
    received = (*REFERENCE_EXAMPLE, (31, acting.looks_back("ines")))
    sent |= canaries.check_canaries(received, members=frozenset({"ines"}), grid=(32, 24 * 31), everywhere=(32,))
    sent |= canaries.check_canaries(((0, send),), grid=(3, 24 * 8, 24 * 17), told=never)
    sent |= canaries.check_canaries(REFUSED, grid=(0.2, 3, 24 * 17), told=never)
    for side, who in (("receiver", "ines"), ("client", "marc")):
        told = canaries.Told(through=side)
        sent |= canaries.check_canaries(_through_francois(who), grid=(0.2, 2, 4, 10, 32), told=told)
    assert sent | ACCOUNTS == set(RENDERERS)


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
