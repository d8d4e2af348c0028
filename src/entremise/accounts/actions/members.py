"""Changing members. Every function is one transaction; time and randomness come from the caller."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from entremise.accounts import queries
from entremise.accounts.actions import tries
from entremise.accounts.mapping import MemberCard, card
from entremise.accounts.models import LANGUAGES, OPTIONAL_MAILS, Member
from entremise.catalogue import trades
from entremise.lib import links, mail
from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.outbox.actions import enqueue
from entremise.protocol.policy import DEFAULT

ACCOUNT_MAIL = "account_mail"
CODE_DIGITS = 8
CODE_LIFE = timedelta(minutes=15)
# Between one code for an address and the next, the first ones within the hour; then always the last of these.
CODE_PAUSES = tuple(timedelta(minutes=m) for m in (0, 0, 0, 1, 2, 5, 10))
NAME_LIMIT = DEFAULT.name_longest

# Where somebody who reads this language probably is; they can say otherwise on their page.
_HOME_ZONES = {"fr": "Europe/Paris", "fr-ca": "America/Toronto", "en": "Europe/London"}
_LINK = re.compile(r"[@/\\<>]|www\.|\w{2,}\.[a-z]{2,}", re.UNICODE)


class AlreadyFounded(Exception):  # noqa: N818 - named as the fact it states
    """Somebody else was first: the installation has its owner."""


class AlreadyMember(Exception):  # noqa: N818 - named as the fact it states
    """A member with this address exists."""


class Unsuitable(ValueError):  # noqa: N818 - named as the fact it states
    """A field cannot hold what was typed; `field` names it and `reason` says why in one word.

    Reasons: `empty`, `long`, `link`, `unknown`, `same`.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def found(*, name: str, email: str, language: str, now: datetime, chance: Chance) -> MemberCard:
    """Make the first visitor the owner and first member. Raises AlreadyFounded, Unsuitable.

    Two visitors at the same instant: a unique constraint lets one of them through.
    """
    owner = _new(name=name, email=email, language=language, now=now, chance=chance)
    owner.is_owner = True
    try:
        with transaction.atomic():
            if not queries.is_fresh():
                raise AlreadyFounded
            owner.save(force_insert=True)
    except IntegrityError as refused:
        raise AlreadyFounded from refused
    return card(owner)


def enrol(
    *,
    name: str,
    email: str,
    language: str,
    now: datetime,
    chance: Chance,
    company: str = "",
    trade: str = "",
) -> MemberCard:
    """Make somebody a member of a founded installation. Raises AlreadyMember, Unsuitable."""
    row = _new(name=name, email=email, language=language, now=now, chance=chance)
    row.company = fit_name("company", company, required=False)
    row.trade = _trade(trade)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as refused:
        raise AlreadyMember from refused
    return card(row)


def edit_profile(*, member_pk: int, name: str, company: str, trade: str, language: str, time_zone: str) -> MemberCard:
    """Set how a member signs, and in which language and zone they read. Raises Unsuitable."""
    with transaction.atomic():
        row = Member.objects.select_for_update().get(pk=member_pk)
        row.name = fit_name("name", name)
        row.company = fit_name("company", company, required=False)
        row.trade = _trade(trade)
        row.language = fit_language(language)
        row.time_zone = _zone(time_zone)
        row.digest_due = row.review_due = None  # worked out anew, in the zone that is now theirs
        row.save(update_fields=["name", "company", "trade", "language", "time_zone", "digest_due", "review_due"])
    return card(row)


def edit_preferences(
    *, member_pk: int, digest_hour: int, digest_on: bool, review_on: bool, mails: Collection[str]
) -> MemberCard:
    """Set when the list and the month's look back come, and which letters one may do without are wanted.

    `digest_hour` is 0 to 23 on the member's own clock; `mails` are names out of `queries.OPTIONAL_MAILS`. Raises
    Unsuitable.
    """
    if digest_hour not in range(24):
        raise Unsuitable("digest_hour", "unknown")
    if not set(mails) <= set(OPTIONAL_MAILS):
        raise Unsuitable("mails", "unknown")
    wanted = {f"mail_{name}": name in mails for name in OPTIONAL_MAILS}
    when = {"digest_hour": digest_hour, "digest_on": digest_on, "review_on": review_on}
    with transaction.atomic():
        row = Member.objects.select_for_update().get(pk=member_pk)
        for field, value in {**wanted, **when}.items():
            setattr(row, field, value)
        row.digest_due = row.review_due = None
        row.save(update_fields=["digest_due", "review_due", *when, *wanted])
    return card(row)


def sign_in_code(ticket: str) -> str:
    """Return the digits that belong to a random ticket; the database never holds them."""
    return links.code("sign_in", ticket, count=CODE_DIGITS, secret=links.site_secret())


def send_sign_in_code(*, email: str, ticket: str, now: datetime, chance: Chance) -> None:
    """Queue the mail that carries the ticket's code, if the address is a member's.

    For any other address the same work is done, and the renderer drops it: neither the page nor
    the time it takes tells who is a member. Who asks again and again within an hour waits longer and longer
    for another mail; nothing is ever refused, and the codes that were sent still open.
    """
    member = queries.by_address(email)
    who = queries.address_hash(email)
    with transaction.atomic():
        sent = tries.lately(tries.CODE, who=who, now=now)
        if sent and now < sent[-1] + CODE_PAUSES[min(len(sent), len(CODE_PAUSES)) - 1]:
            return
        tries.note(tries.CODE, who=who, now=now)
        enqueue(
            job=ACCOUNT_MAIL,
            key=f"{ACCOUNT_MAIL}:{ticket}",
            payload={
                "member": "" if member is None else member.uid,
                "ticket": ticket,
                "until": (now + CODE_LIFE).isoformat(),
            },
            due=now,
            now=now,
            chance=chance,
        )


def render_account_mail(payload: Mapping[str, JSON], now: datetime) -> mail.Letter | None:
    """Return the mail with the sign-in code, or None: no such member, or the code no longer serves."""
    member = queries.by_uid(str(payload["member"]))
    if member is None or now >= datetime.fromisoformat(str(payload["until"])):
        return None
    digits = sign_in_code(str(payload["ticket"]))
    half = CODE_DIGITS // 2
    return mail.render(
        "account/sign_in_code",
        {
            "code": f"{digits[:half]} {digits[half:]}",
            "minutes": CODE_LIFE // timedelta(minutes=1),
            "site": mail.site_host(),
        },
        language=member.language,
        to=member.email,
    )


def _new(*, name: str, email: str, language: str, now: datetime, chance: Chance) -> Member:
    address = fit_address(email)
    reads = fit_language(language)
    return Member(
        uid=chance.uid(),
        email=address,
        address_hash=queries.address_hash(address),
        password=UNUSABLE_PASSWORD_PREFIX + chance.uid(),
        name=fit_name("name", name),
        language=reads,
        time_zone=_HOME_ZONES[reads],
        joined_at=now,
    )


def fit_address(email: str) -> str:
    """Return an address as this installation writes it. Raises Unsuitable (`empty`, `unknown`)."""
    address = queries.normal_address(email)
    try:
        validate_email(address)
    except ValidationError as problem:
        raise Unsuitable("email", "unknown" if address else "empty") from problem
    return address


def fit_name(field: str, typed: str, *, required: bool = True) -> str:
    """Return a name fit to be shown to people who were never asked for one: short, and no link."""
    clean = " ".join(typed.split())
    if required and not clean:
        raise Unsuitable(field, "empty")
    if len(clean) > NAME_LIMIT:
        raise Unsuitable(field, "long")
    if not clean.isprintable() or holds_link(clean):
        raise Unsuitable(field, "link")
    return clean


def holds_link(text: str) -> bool:
    """Whether a text holds an address or a link, or something that looks like one."""
    return bool(_LINK.search(text))


def fit_language(code: str) -> str:
    """Return a language somebody can be written to in. Raises Unsuitable."""
    if code not in dict(LANGUAGES):
        raise Unsuitable("language", "unknown")
    return code


def _trade(key: str) -> str:
    """Return a trade of the list, or nothing for a trade that is not on it."""
    try:
        return trades.trade(key).key if key else ""
    except trades.UnknownTrade as problem:
        raise Unsuitable("trade", "unknown") from problem


def _zone(key: str) -> str:
    try:
        return ZoneInfo(key).key
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise Unsuitable("time_zone", "unknown") from problem
