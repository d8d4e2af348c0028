"""What a sending domain says of itself in the DNS: SPF, DKIM, DMARC. Texts in, words out; nothing is asked here."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

# Where keys are usually published, for whoever does not know the selector of their provider.
USUAL_SELECTORS = ("default", "mail", "dkim", "selector1", "selector2", "s1", "s2", "k1", "google", "brevo")


class Spf(StrEnum):
    """What the list of servers that may send for a domain is like."""

    MISSING = "missing"
    SEVERAL = "several"  # RFC 7208 4.5: receivers then act as if there were an error
    OPEN = "open"  # +all: everybody may send
    UNFINISHED = "unfinished"  # says nothing of the other servers
    GOOD = "good"


class Dkim(StrEnum):
    """What a published key is like."""

    MISSING = "missing"
    REVOKED = "revoked"
    GOOD = "good"


class Dmarc(StrEnum):
    """What a domain asks receivers to do with what is not proved to come from it."""

    MISSING = "missing"
    SEVERAL = "several"
    BROKEN = "broken"
    WATCHES = "watches"  # p=none: reports only
    GOOD = "good"


def _starting(texts: Iterable[str], start: str) -> list[str]:
    """Return the records of a kind; the version is a word of its own."""
    return [text for text in texts if text.lower() == start or text.lower().startswith((f"{start} ", f"{start};"))]


def spf(texts: Iterable[str]) -> Spf:
    """Read the texts under the domain itself."""
    records = _starting(texts, "v=spf1")
    if len(records) != 1:
        return Spf.SEVERAL if records else Spf.MISSING
    words = records[0].lower().split()[1:]
    if "+all" in words or "all" in words:
        return Spf.OPEN
    closed = any(word in {"-all", "~all"} or word.startswith("redirect=") for word in words)
    return Spf.GOOD if closed else Spf.UNFINISHED


def dkim(texts: Iterable[str]) -> Dkim:
    """Read the texts under `<selector>._domainkey.<domain>`."""
    keys = [_tags(text).get("p") for text in texts if "p=" in text.replace(" ", "")]
    if not keys:
        return Dkim.MISSING
    return Dkim.GOOD if any(keys) else Dkim.REVOKED


def dmarc(texts: Iterable[str]) -> Dmarc:
    """Read the texts under `_dmarc.<domain>`."""
    records = _starting((text.replace(" ;", ";") for text in texts), "v=dmarc1")
    if len(records) != 1:
        return Dmarc.SEVERAL if records else Dmarc.MISSING
    policy = _tags(records[0]).get("p", "").lower()
    return {"none": Dmarc.WATCHES, "quarantine": Dmarc.GOOD, "reject": Dmarc.GOOD}.get(policy, Dmarc.BROKEN)


def _tags(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(";")]
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs if name.strip()}
