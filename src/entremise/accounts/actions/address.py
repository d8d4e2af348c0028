"""Moving to another e-mail address: asked for, confirmed from the new one, undone from the old one for a week."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.db.models import F

from entremise.accounts import queries
from entremise.accounts.actions import members, tries, visits
from entremise.accounts.actions.notices import page_address
from entremise.accounts.mapping import MemberCard, card
from entremise.accounts.models import AddressChange, Member, Passkey, SecondFactor
from entremise.lib import links, mail
from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.outbox.actions import enqueue

ADDRESS_MAIL = "address_mail"
CHANGE_LIFE = members.CODE_LIFE
UNDO_LIFE = timedelta(days=7)
_TRIES_MOST = 5
_ASKED_MOST = 5  # a day
_PURPOSE = "address"

# What the rooms above do when a member is known by another keyed hash: `follow(old hash, member as now)`.
Follow = Callable[[str, MemberCard], None]


class WrongCode(Exception):  # noqa: N818 - named as the fact it states
    """Not the code of the latest mail, or no change waits any more: nothing has changed."""


class NothingToUndo(Exception):  # noqa: N818 - named as the fact it states
    """No change stands behind this link, or its week is over."""


def ask_address(*, member_pk: int, email: str, now: datetime, chance: Chance) -> None:
    """Send a code to the address a member wants to move to. Raises Unsuitable, Slowly.

    The answer is the same when the address is somebody else's: the mail does not leave then.
    """
    address = members.fit_address(email)
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member_pk)
        if address == member.email:
            raise members.Unsuitable("email", "same")
        asked = tries.lately(tries.ADDRESS, who=member.uid, now=now)
        if len(asked) >= _ASKED_MOST:
            raise tries.Slowly(asked[-_ASKED_MOST] + tries.COUNTED[tries.ADDRESS])
        tries.note(tries.ADDRESS, who=member.uid, now=now)
        AddressChange.objects.filter(member=member, confirmed_at__isnull=True).delete()
        uid = chance.uid()
        AddressChange.objects.create(
            uid=uid,
            fingerprint=links.fingerprint(undo_token(uid)),
            member=member,
            old_address=member.email,
            new_address=address,
            asked_at=now,
        )
        _enqueue(uid, "code", now=now, chance=chance)


def address_code(uid: str) -> str:
    """Return the digits that confirm a change; the database never holds them."""
    return links.code(_PURPOSE, uid, count=members.CODE_DIGITS, secret=links.site_secret())


def undo_token(uid: str) -> str:
    """Return the token of the link that undoes a change."""
    return links.token(_PURPOSE, uid, secret=links.site_secret())


def confirm_address(
    *, member_pk: int, code: str, session_key: str, now: datetime, chance: Chance, follow: Follow
) -> MemberCard:
    """Move the member to the new address; their other sessions end, and the old address is told. Raises WrongCode."""
    row = _waiting(member_pk, code=code, now=now)
    try:
        with transaction.atomic():
            member = _move(row.member_id, row.new_address, follow=follow)
            AddressChange.objects.filter(pk=row.pk).update(confirmed_at=now)
            _enqueue(row.uid, "moved", now=now, chance=chance)
            visits.end_other_visits(member_pk=member_pk, session_key=session_key)
    except IntegrityError as problem:
        raise WrongCode from problem
    return card(member)


def _waiting(member_pk: int, *, code: str, now: datetime) -> AddressChange:
    """Return the change this code confirms; a wrong one is counted, and after a few the change waits no more."""
    rows = AddressChange.objects.filter(
        member_id=member_pk, confirmed_at__isnull=True, asked_at__gt=now - CHANGE_LIFE, tries__lt=_TRIES_MOST
    )
    row = rows.first()
    if row is None or not rows.filter(pk=row.pk).update(tries=F("tries") + 1):  # counted first: no two share a try
        raise WrongCode
    typed = "".join(one for one in code if one.isdecimal())
    if not links.same(typed, address_code(row.uid)):
        raise WrongCode
    return row


def undoable(*, token: str, now: datetime) -> tuple[str, str] | None:
    """Return the old and the new address of the change that a link undoes, or None."""
    row = _undoable(token, now=now)
    return None if row is None else (row.old_address, row.new_address)


def undo_address(*, token: str, now: datetime, chance: Chance, follow: Follow) -> None:
    """Bring the old address back, end every session, and take away what could let somebody else in.

    The password goes, and so do the passkeys and the second factor that came with the change or after it.
    Raises NothingToUndo.
    """
    row = _undoable(token, now=now)
    if row is None:
        raise NothingToUndo
    try:
        with transaction.atomic():
            member = _move(row.member_id, row.old_address, follow=follow)
            member.password = UNUSABLE_PASSWORD_PREFIX + chance.uid()
            member.save(update_fields=["password"])
            Passkey.objects.filter(member=member, added_at__gte=row.asked_at).delete()
            SecondFactor.objects.filter(member=member, begun_at__gte=row.asked_at).delete()
            AddressChange.objects.filter(member=member, asked_at__gte=row.asked_at).delete()
            visits.end_other_visits(member_pk=member.pk, session_key="")
    except IntegrityError as problem:
        raise NothingToUndo from problem


def move_owner(*, email: str, follow: Follow) -> MemberCard:
    """Give the owner another address, on the word of whoever runs the machine; every session of theirs ends.

    Raises Unsuitable, AlreadyMember, LookupError (nobody has founded the installation).
    """
    owner = queries.owner()
    if owner is None:
        raise LookupError("nobody has founded this installation")
    address = members.fit_address(email)
    try:
        with transaction.atomic():
            row = _move(owner.pk, address, follow=follow)
            visits.end_other_visits(member_pk=owner.pk, session_key="")
    except IntegrityError as problem:
        raise members.AlreadyMember from problem
    return card(row)


def forget_address_changes(*, now: datetime) -> int:
    """Erase the changes never confirmed, and those that can no longer be undone (R48); return how many."""
    stale = AddressChange.objects.filter(confirmed_at__isnull=True, asked_at__lte=now - CHANGE_LIFE)
    settled = AddressChange.objects.filter(confirmed_at__lte=now - UNDO_LIFE)
    return stale.delete()[0] + settled.delete()[0]


def render_address_mail(payload: Mapping[str, JSON], now: datetime) -> mail.Letter | None:
    """Return the code for the new address, or the notice to the old one; None where it serves no more."""
    row = AddressChange.objects.select_related("member").filter(uid=payload["change"]).first()
    if row is None or not row.member.is_active:
        return None
    return _code_letter(row, now=now) if payload["part"] == "code" else _moved_letter(row, now=now)


def _code_letter(row: AddressChange, *, now: datetime) -> mail.Letter | None:
    over = row.confirmed_at is not None or now >= row.asked_at + CHANGE_LIFE
    if over or Member.objects.filter(email=row.new_address).exists():
        return None
    digits, half = address_code(row.uid), members.CODE_DIGITS // 2
    context = {
        "code": f"{digits[:half]} {digits[half:]}",
        "minutes": CHANGE_LIFE // timedelta(minutes=1),
        "member": card(row.member),
        "site": mail.site_host(),
    }
    return mail.render("account/address_code", context, language=row.member.language, to=row.new_address)


def _moved_letter(row: AddressChange, *, now: datetime) -> mail.Letter | None:
    if row.confirmed_at is None or now >= row.confirmed_at + UNDO_LIFE:
        return None
    context = {
        "until": row.confirmed_at + UNDO_LIFE,
        "zone": row.member.time_zone,
        "site": mail.site_host(),
        "url": page_address("address_undo", undo_token(row.uid)),
    }
    return mail.render("account/address_moved", context, language=row.member.language, to=row.old_address)


def _move(member_pk: int, address: str, *, follow: Follow) -> Member:
    row = Member.objects.select_for_update().get(pk=member_pk)
    old = row.address_hash
    row.email, row.address_hash = address, queries.address_hash(address)
    row.save(update_fields=["email", "address_hash"])
    follow(old, card(row))
    return row


def _undoable(token: str, *, now: datetime) -> AddressChange | None:
    rows = AddressChange.objects.filter(fingerprint=links.fingerprint(token), confirmed_at__gt=now - UNDO_LIFE)
    return rows.filter(member__is_active=True).first()


def _enqueue(uid: str, part: str, *, now: datetime, chance: Chance) -> None:
    enqueue(
        job=ADDRESS_MAIL,
        key=f"{ADDRESS_MAIL}:{uid}:{part}",
        payload={"change": uid, "part": part},
        due=now,
        now=now,
        chance=chance,
    )
