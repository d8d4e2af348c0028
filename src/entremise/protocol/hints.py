"""What a lead may not carry (R2): anybody's details. A public place, a news item or a page may stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from entremise.protocol.folding import fold
from entremise.protocol.guard import Identity, Mark, identifying_marks
from entremise.protocol.traces import traces

_DETAILS = frozenset({"mail", "phone", "handle"})
# Sites where a page is mostly somebody's own, and the paths on them that are a company's or an event's.
_PERSONAL_SITES = re.compile(
    r"^(?:[\w-]+\.)*(?:bsky|facebook|fb|instagram|linkedin|linktr|linktree|malt|mastodon|pinterest|snapchat|t|telegram|"
    r"threads|tiktok|twitter|viadeo|wa|whatsapp|x|xing|calendly)\.[a-z.]{2,8}$"
)
_PUBLIC_PATHS = re.compile(r"^/(?:company|companies|school|jobs|job|events|event|pages|groups|p)/")
_NUMBER = re.compile(r"(?<!\d)0[1-9](?:[\s._-]?\d{2}){4}(?!\d)|\+\d{10,}")
_NO_PAGE = re.compile(r"^[a-z][a-z0-9+.-]*:(?!//|\d)")  # mailto:, tel:, javascript:
_ADDRESS = re.compile(
    r"^(?:(?P<scheme>[a-z][a-z+.-]*)://)?(?P<who>[^/@?#]*@)?(?P<host>[^/:?#]*)(?::\d+)?(?P<path>[^?#]*)"
)


def details_in(text: str, *, names: Sequence[str], ordinary: frozenset[str] = frozenset()) -> tuple[Mark, ...]:
    """Return every part of a lead's text that is a person's: address, number, handle, own page, or one of `names`.

    `names` are full names; `ordinary` as in `identifying_marks`. An address in a street and the page of a place may
    stand: they are public.
    """
    people = [Identity(role="contact", names=(name,)) for name in names]
    marks = identifying_marks(text, people, ordinary=ordinary)
    return tuple(mark for mark in marks if mark.role or _is_personal(mark, text))


def _is_personal(mark: Mark, text: str) -> bool:
    if mark.field in _DETAILS:
        return True
    return mark.field == "link" and not may_link_to(text[mark.start : mark.end])


def may_link_to(link: str) -> bool:
    """Tell whether a lead may carry this link (R2): a page of the web, of nobody in particular, with no address or
    number in it."""
    plain = unquote(link).strip().casefold()
    parts = _ADDRESS.match(plain)
    if parts is None or _NO_PAGE.match(plain) or parts["who"] or (parts["scheme"] or "https") not in ("http", "https"):
        return False
    if _PERSONAL_SITES.match(parts["host"]) and not _PUBLIC_PATHS.match(parts["path"]):
        return False
    after = plain[parts.end("host") :]
    return not _NUMBER.search(after) and not any(found.field == "mail" for found in traces(fold(after).text))
