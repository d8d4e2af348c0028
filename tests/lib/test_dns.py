"""Asking the DNS for texts: packets made by hand, and a name server on loopback."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from entremise.lib import dns, sending_domain
from entremise.lib.chance import SeededChance
from entremise.lib.dns import Garbled, Resolver, Unreachable
from entremise.lib.sending_domain import Dkim, Dmarc, Spf
from tests.lib.fake_dns import answering, record

CHANCE = SeededChance(5)
QUESTION = dns.question("example.org", number=7)


def packet(*records: bytes, number: int = 7, flags: int = 0x8180) -> bytes:
    return struct.pack("!HHHHHH", number, flags, 1, len(records), 0, 0) + QUESTION[12:] + b"".join(records)


def test_a_question_is_written_as_the_rfc_has_it() -> None:
    assert bytes.fromhex("0007 0100 0001 0000 0000 0000 07") + b"example\x03org\0" + b"\0\x10\0\x01" == QUESTION
    assert b"xn--caf-dma" in dns.question("café.example", number=1)


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64 + ".org", ".".join(["abcdefgh"] * 30)])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the encoder's own and ours
        dns.question(name, number=1)


def test_texts_are_read_whatever_stands_between_them() -> None:
    alias = b"\xc0\x0c" + struct.pack("!HHIH", 5, 1, 60, 2) + b"\xc0\x0c"
    assert dns.answer(packet(alias, record("one"), record("two" * 200)), number=7) == ["one", "two" * 200]
    assert dns.answer(packet(), number=7) == []
    assert dns.answer(packet(flags=0x8183), number=7) == []


@pytest.mark.parametrize(
    "said",
    [
        b"",
        packet()[:10],
        packet(number=8),
        packet(flags=0x0100),
        packet(flags=0x8182),
        packet(record("text"))[:-2],
        packet(b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 60, 3) + b"\x09ab"),
        struct.pack("!HHHHHH", 7, 0x8180, 1, 0, 0, 0) + b"\x3f" * 40,
    ],
)
def test_what_is_no_answer_is_refused(said: bytes) -> None:
    with pytest.raises(Garbled):
        dns.answer(said, number=7)


@pytest.mark.parametrize("cut_off", [False, True])
def test_a_server_is_asked_over_udp_and_over_tcp_where_it_says_more(cut_off: bool) -> None:
    long = "v=DKIM1; p=" + "A" * 700
    with answering({"example.org": ["v=spf1 -all", long]}, cut_off=cut_off) as resolver:
        assert dns.texts("example.org", chance=CHANCE, ask=(resolver,)) == ["v=spf1 -all", long]
        assert dns.texts("other.example", chance=CHANCE, ask=(resolver,)) == []


def test_the_next_resolver_is_asked_where_one_is_silent() -> None:
    with answering({"example.org": ["x"]}) as resolver:
        ask = (Resolver("127.0.0.1", 9), resolver)
        assert dns.texts("example.org", chance=CHANCE, ask=ask, timeout=0.3) == ["x"]


@pytest.mark.parametrize("ask", [(), (Resolver("127.0.0.1", 9),)])
def test_without_any_resolver_nothing_is_known(ask: tuple[Resolver, ...]) -> None:
    with pytest.raises(Unreachable):
        dns.texts("example.org", chance=CHANCE, ask=ask, timeout=0.3)


def test_the_machines_resolvers_are_read_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text("# comment\nsearch example.org\nnameserver 192.0.2.1\nnameserver 2001:db8::1\nnameserver\n")
    assert dns.resolvers(path) == (Resolver("192.0.2.1"), Resolver("2001:db8::1"))
    assert dns.resolvers(tmp_path / "none") == ()


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        ([], Spf.MISSING),
        (["v=spf10 -all", "other"], Spf.MISSING),
        (["v=spf1 include:_spf.example.net -all"], Spf.GOOD),
        (["V=SPF1 mx ~all"], Spf.GOOD),
        (["v=spf1 redirect=_spf.example.net"], Spf.GOOD),
        (["v=spf1 mx"], Spf.UNFINISHED),
        (["v=spf1 mx ?all"], Spf.UNFINISHED),
        (["v=spf1 +all"], Spf.OPEN),
        (["v=spf1 -all", "v=spf1 mx -all"], Spf.SEVERAL),
    ],
)
def test_spf_is_read(texts: list[str], read: Spf) -> None:
    assert sending_domain.spf(texts) is read


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        ([], Dkim.MISSING),
        (["hello"], Dkim.MISSING),
        (["v=DKIM1; k=rsa; p=MIGf"], Dkim.GOOD),
        (["p=MIGf"], Dkim.GOOD),
        (["v=DKIM1; p="], Dkim.REVOKED),
    ],
)
def test_dkim_is_read(texts: list[str], read: Dkim) -> None:
    assert sending_domain.dkim(texts) is read


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        ([], Dmarc.MISSING),
        (["v=DMARC1; p=none; rua=mailto:d@example.org"], Dmarc.WATCHES),
        (["v=DMARC1;p=quarantine"], Dmarc.GOOD),
        (["v=DMARC1 ; P=Reject"], Dmarc.GOOD),
        (["v=DMARC1; p=maybe"], Dmarc.BROKEN),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], Dmarc.SEVERAL),
    ],
)
def test_dmarc_is_read(texts: list[str], read: Dmarc) -> None:
    assert sending_domain.dmarc(texts) is read
