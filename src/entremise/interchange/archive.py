"""Everything of a member's in one ZIP file of open formats: JSON, CSV, vCard, and a page to read (R47)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from html import escape
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _

from entremise.accounts.queries import MemberCard
from entremise.interchange import vcard_writing
from entremise.people import queries as people
from entremise.people.queries import asking, attentions, bonds, handing, profiles
from entremise.protocol.policy import Policy
from entremise.referrals.queries import archive, corrections, reviews

_IN_MEMORY = 2_000_000  # bytes; a larger archive is written to a temporary file
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Row = dict[str, Any]


def build(member: MemberCard, *, now: datetime, policy: Policy) -> IO[bytes]:
    """Return the member's archive, at its beginning; whoever reads it closes it."""
    made: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed to the caller, who closes it
    page: list[str] = []
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as into:
        for name, title, rows in _tables(member, now=now, policy=policy):
            _write(into, name, title, rows, page)
        with into.open("contacts.vcf", "w") as book:
            for card in vcard_writing.written(people.cards_in_turn(owner_pk=member.pk)):
                book.write(card.encode())
        into.writestr("index.html", _page(member, page, now))
    made.seek(0)
    return made


def _tables(member: MemberCard, *, now: datetime, policy: Policy) -> Iterator[tuple[str, str, Iterable[Row]]]:
    """Every table of the archive: the name of its files, its title, its rows."""
    yield "me", _("About you"), [_about(member)]
    yield "profile", _("How to recommend you, and every version of it"), _versions(member)
    yield "profile-handed", _("To whom you handed your profile"), handing.everything(owner_pk=member.pk)
    yield "contacts", _("Your contacts"), (_contact(card) for card in people.cards_in_turn(owner_pk=member.pk))
    yield "happened", _("What happened with your contacts"), bonds.in_turn(owner_pk=member.pk)
    yield "relationships", _("Your relationships and their rhythm"), bonds.rhythms_in_turn(owner_pk=member.pk)
    yield "asks", _("Whom you asked to recommend you"), asking.asks_in_turn(owner_pk=member.pk)
    yield (
        "attentions",
        _("Whom you pinned or took off for cards and lunches"),
        attentions.wishes_in_turn(owner_pk=member.pk),
    )
    yield "cards", _("Your cards of each year"), attentions.cards_sent_in_turn(owner_pk=member.pk)
    yield (
        "card-words",
        _("Your words on cards, and your postal address"),
        [asdict(attentions.habits(owner_pk=member.pk))],
    )
    yield "lunches", _("The lunches you planned"), attentions.plans_in_turn(owner_pk=member.pk)
    yield "commissions", _("What you agreed about commissions"), attentions.agreements_in_turn(owner_pk=member.pk)
    yield "referrals-given", _("Recommendations you made"), archive.given(member, now=now, policy=policy)
    yield "referrals-received", _("Requests made to you"), archive.received(member, now=now, policy=policy)
    yield "outside", _("Recommendations from outside"), archive.outside(member)
    yield "leads", _("Leads"), archive.leads(member)
    yield "evaluations", _("What you answered about matches"), archive.evaluations(member)
    yield "questions", _("What you answered to the four questions"), reviews.in_turn(member=member)
    yield "questions-own", _("Your own questions"), reviews.own_in_turn(member=member)
    yield "corrections", _("The small corrections you adopted"), corrections.everything(member=member)
    yield "proofs-of-yours", _("The proofs of your answers"), archive.own_proofs(member)
    introductions = archive.proofs_of_introductions(member)
    yield "proofs-of-introductions", _("The proofs your introductions rest on"), introductions
    yield "drafts", _("Your drafts"), archive.drafts(member)


def _about(member: MemberCard) -> Row:
    names = ("name", "email", "company", "trade", "language", "time_zone", "joined_at")
    mails = ("digest_hour", "digest_on", "review_on")
    return {**{name: getattr(member, name) for name in (*names, *mails)}, "mails": sorted(member.mails)}


def _versions(member: MemberCard) -> Iterator[Row]:
    for version in profiles.versions(owner_pk=member.pk):
        yield {"number": version.number, "at": version.at, **asdict(version.text)}


def _contact(card: people.ContactCard) -> Row:
    values = asdict(card)
    for hidden in ("pk", "owner_pk", "version"):
        values.pop(hidden)
    return {**values, "kinds": sorted(card.kinds), "email": card.email, "phone": card.phone}


# -- writing ----------------------------------------------------------------------------------------


def _write(into: zipfile.ZipFile, name: str, title: str, rows: Iterable[Row], page: list[str]) -> None:
    """Write one table twice, and what the page shows of it; rows pass one at a time."""
    cells = io.StringIO()
    table = csv.writer(cells)
    shown: list[str] = []
    with into.open(f"{name}.json", "w") as whole:
        whole.write(b"[")
        for number, row in enumerate(rows):
            whole.write((",\n" if number else "\n").encode() + _json(row).encode())
            if not number:
                table.writerow(row)
            table.writerow(cell(value) for value in row.values())
            shown.append(_entry(row))
        whole.write(b"\n]\n")
    into.writestr(f"{name}.csv", "\ufeff" + cells.getvalue())  # the mark tells spreadsheets that it is UTF-8
    page.append(f"<h2>{escape(title)}</h2>\n<p>{len(shown)}</p>\n" + "\n".join(shown))


def _json(value: object, *, indent: int | None = 2) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    return str(value)


def cell(value: object) -> str:
    """Return a value as a spreadsheet reads it as text: never as a formula, whatever somebody wrote."""
    text = _words(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _words(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return _json(value, indent=None) if isinstance(value, Mapping | list | tuple | frozenset) else str(value)


def _entry(row: Row) -> str:
    """Return a row as a list of what is known; empty fields are left out."""
    known = ((name, _words(value)) for name, value in row.items() if value not in (None, "", [], (), {}))
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in known if words)
    return f"<dl>{lines}</dl><hr>"


def _page(member: MemberCard, tables: Iterable[str], now: datetime) -> str:
    title = _("Everything of yours, from %(site)s") % {"site": "Entremise"}
    said = _("The same stands in files beside this page: .json for programs, .csv for spreadsheets, .vcf for address "
             "books.")  # fmt: skip
    return (
        f'<!doctype html>\n<html lang="{escape(member.language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title></head>\n'
        f"<body><h1>{escape(title)}</h1><p>{escape(member.name)} · {now:%Y-%m-%d}</p><p>{escape(said)}</p>\n"
        + "\n".join(tables)
        + "\n</body></html>\n"
    )
