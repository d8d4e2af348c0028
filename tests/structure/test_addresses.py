"""Every address of the site says who may open it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Addresses of other packages, with the reason they may stand without an audience of ours.
EXEMPT: dict[str, str] = {}


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, address)
        else:
            yield address, pattern


ADDRESSES = list(_patterns(get_resolver()))


def test_there_are_addresses() -> None:
    assert len(ADDRESSES) > 5


def test_every_address_declares_who_may_open_it() -> None:
    silent = [
        address
        for address, pattern in ADDRESSES
        if getattr(pattern.callback, "audience", None) is None and pattern.name not in EXEMPT
    ]
    assert silent == []


def test_no_exemption_outlives_its_address() -> None:
    assert set(EXEMPT) <= {pattern.name for _address, pattern in ADDRESSES}
