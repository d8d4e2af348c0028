"""What opens this app's links: for each purpose a token and four digits, made from a public id, never stored (R6)."""

from __future__ import annotations

from enum import StrEnum

from entremise.lib import links


class Purpose(StrEnum):
    """What a link is for. The same id under another purpose opens nothing."""

    REQUEST = "request"
    NEWS = "news"  # the receiver's thanks and news
    CARRIED = "carried"
    LEAD = "lead"
    EVALUATION = "evaluation"
    RIGHTS = "rights"


def token(purpose: Purpose, uid: str) -> str:
    """Return the token of a link."""
    return links.token(purpose, uid, secret=links.site_secret())


def fingerprint(purpose: Purpose, uid: str) -> str:
    """Return that under which the token of a link is looked up."""
    return links.fingerprint(token(purpose, uid))


def digits(purpose: Purpose, uid: str) -> str:
    """Return the four digits that come with a link."""
    return links.code(purpose, uid, secret=links.site_secret())
