"""Letters: a subject, a text and an HTML body for one person, and how they become a message.

Nothing here tracks a reader or joins two people (R4, R6b): one recipient, no Cc, no reference to another
message, a Message-ID of its own, and a fixed list of headers a letter may add.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation

from entremise.lib import law
from entremise.lib.chance import Chance

SUBJECT_LIMIT = 140
EXTRA_HEADERS = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post", "Reply-To"})
_UNWANTED = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_LINE_LIMIT = 900  # of the 998 octets that RFC 5322 allows


class Unwritable(ValueError):  # noqa: N818 - named as the fact it states
    """The address is not one that plain SMTP can write to."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail to one person, before it has a sender, a date or an identity."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    language: str = "fr"


def _one_line(value: str) -> str:
    """Return `value` on one line: line ends, tabs and control characters become single spaces."""
    return _UNWANTED.sub(" ", value).strip()


def _subject(value: str) -> str:
    line = _one_line(value)
    return line if len(line) <= SUBJECT_LIMIT else line[: SUBJECT_LIMIT - 1].rstrip() + "…"


def _plain(name: str, context: Mapping[str, object]) -> str:
    """Render a text template: nothing is escaped, for nothing will read it as HTML."""
    template: Template = get_template(name).template  # type: ignore[attr-defined]  # Django's own backend only
    return str(template.render(Context(dict(context), autoescape=False)))


def render(
    name: str,
    context: Mapping[str, object],
    *,
    language: str,
    to: str,
    headers: Mapping[str, str] | None = None,
) -> Letter:
    """Return the letter `name` in `language`, from `mail/<name>.subject.txt`, `.txt` and `.html`.

    The subject is one line of at most 140 characters; the HTML is escaped, the texts are not.
    """
    values = {"law": law.told(name, to_member=context.get("role") == "giver"), **context, "language": language}
    with translation.override(language):
        subject = _subject(_plain(f"mail/{name}.subject.txt", values))
        text = _plain(f"mail/{name}.txt", values).strip() + "\n"
        html = get_template(f"mail/{name}.html").render({**values, "subject": subject}).strip() + "\n"
    return Letter(to=to, subject=subject, text=text, html=html, headers=dict(headers or {}), language=language)


class _SevenBit(EmailPolicy):
    """Writes ASCII headers as they are, so that long links do not become encoded words; 7-bit bodies."""

    def fold(self, name: str, value: str) -> str:
        flat = f"{name}: {_one_line(str(value))}"
        if flat.isascii() and len(flat) <= _LINE_LIMIT:
            return flat + self.linesep
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


_POLICY = _SevenBit(linesep=SMTP.linesep, cte_type="7bit", utf8=False, raise_on_defect=False)


def bare_address(written: str) -> str:
    """Return `local@domain` in ASCII, the domain in its internet form. Raises Unwritable."""
    line = _one_line(written)
    try:
        spec = Address(addr_spec=parseaddr(line)[1] if "<" in line else line)
        domain = spec.domain.encode("idna").decode("ascii")
        spec.username.encode("ascii")
        return Address(username=spec.username, domain=domain).addr_spec if domain else _refuse()
    except (ValueError, IndexError, MessageError) as problem:
        raise Unwritable("not an address plain SMTP can write to") from problem


def _refuse() -> str:
    raise Unwritable("an address needs a domain")


def message_of(letter: Letter, *, message_id: str, from_address: str, date: datetime) -> EmailMessage:
    """Return the message that carries `letter`: text and HTML, 7-bit, the same bytes for the same arguments.

    `date` is aware. Raises Unwritable for an address SMTP cannot carry, ValueError for a header that a
    letter may not add.
    """
    stranger = set(letter.headers) - EXTRA_HEADERS
    if stranger:
        raise ValueError(f"a letter may not set {', '.join(sorted(stranger))}")
    message = EmailMessage(policy=_POLICY)
    message["From"] = _one_line(from_address)
    message["To"] = bare_address(letter.to)
    message["Subject"] = _subject(letter.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = _one_line(message_id)
    message["Auto-Submitted"] = "auto-generated"
    for name, value in sorted(letter.headers.items()):
        message[name] = _one_line(value)
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language
    # The library draws a random boundary; a retry must be the same message to the byte.
    message.set_boundary("=_" + hashlib.sha256(message_id.encode()).hexdigest()[:32])
    return message


def one_click(url: str) -> Mapping[str, str]:
    """Return the headers by which a mail program's own button posts to `url` to stop such mail (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def site_host() -> str:
    """Return the host name under which this installation is known, for Message-IDs."""
    return urlsplit(str(getattr(settings, "ENTREMISE_SITE_URL", ""))).hostname or "entremise.invalid"


def new_message_id(chance: Chance) -> str:
    """Return a Message-ID never used before, which says nothing about any other mail (R4)."""
    return f"<{chance.uid()}@{site_host()}>"
