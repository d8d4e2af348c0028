"""The secrets of links: derived, never stored, of no use for anything but their own purpose (R6, R45)."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from entremise.lib import links

SECRET = "one secret for this test"


def test_r6_a_token_is_160_bits_in_lower_case_base32() -> None:
    assert re.fullmatch(r"[a-z2-7]{32}", links.token("answer", "uid", secret=SECRET))


def test_the_same_purpose_and_uid_give_the_same_token_so_that_a_retry_prints_the_same_link() -> None:
    assert links.token("answer", "u", secret=SECRET) == links.token("answer", "u", secret=SECRET)


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_two_different_pairs_of_purpose_and_uid_never_share_a_token(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert (links.token(*one, secret=SECRET) == links.token(*other, secret=SECRET)) == (one == other)


def test_a_token_a_code_and_a_hash_made_from_the_same_words_have_nothing_in_common() -> None:
    token = links.token("p", "u", secret=SECRET)
    assert links.token("p", "u", secret=SECRET + "!") != token
    assert links.keyed_hash("u", purpose="p", secret=SECRET)[:16] != token.encode().hex()[:16]
    assert links.keyed_hash("u", purpose="p", secret=SECRET) != links.keyed_hash("u", purpose="q", secret=SECRET)


def test_what_is_stored_finds_the_row_and_does_not_hold_the_token() -> None:
    token = links.token("answer", "u", secret=SECRET)
    stored = links.fingerprint(token)
    assert stored == links.fingerprint(token)
    assert re.fullmatch(r"[0-9a-f]{64}", stored)
    assert token not in stored


def test_r6_the_digits_keep_their_leading_zeros_and_every_digit_occurs_everywhere() -> None:
    codes = [links.code("answer", str(n), secret=SECRET) for n in range(2000)]
    assert all(re.fullmatch(r"[0-9]{4}", code) for code in codes)
    for place in range(4):
        assert {code[place] for code in codes} == set("0123456789")
    assert len(links.code("answer", "u", count=6, secret=SECRET)) == 6


def test_equal_secrets_are_the_same_whatever_letters_they_hold() -> None:
    assert links.same("é", "é")
    assert not links.same("é", "e")


def test_the_installations_secret_is_the_one_of_the_settings(settings: object) -> None:
    settings.SECRET_KEY = "chosen"  # type: ignore[attr-defined]
    assert links.site_secret() == "chosen"
