"""Inviting somebody to become a member: sent, sent again, withdrawn, accepted, declined, forgotten.

Nothing here tells an inviter whether an address is a member's already, or whether its person wants no mail:
the invitation is written down in the same way, and its letter does not leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction

from entremise.accounts import queries
from entremise.accounts.actions import members, tries
from entremise.accounts.actions.notices import page_address
from entremise.accounts.mapping import InvitationLine, Invited, MemberCard, card, invitation_line, state_of
from entremise.accounts.models import Invitation, Member, Uninvited
from entremise.lib import links, mail
from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.outbox.actions import enqueue
from entremise.protocol.policy import Policy

INVITATION_MAIL = "invitation"
WORDS_LIMIT = 400
_PURPOSE = "invitation"


class Unwanted(Protocol):
    """Tells whether somebody, by the keyed hash of their address, wants no mail from a member, by theirs."""

    def __call__(self, address_hash: str, *, giver_hash: str) -> bool: ...


class InvitesTooMany(Exception):  # noqa: N818 - named as the fact it states
    """The inviter's limit of the day is reached; `limit` says how many that is (R46)."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} a day")
        self.limit = limit


class NoInvitation(Exception):  # noqa: N818 - named as the fact it states
    """No invitation stands behind this link, whatever the reason."""


def invite(
    *,
    member_pk: int,
    name: str,
    email: str,
    language: str,
    words: str,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> InvitationLine:
    """Invite somebody, by a letter that names the inviter. Raises Unsuitable, InvitesTooMany (R46).

    The same person invited twice by the same member while the first invitation stands: it is that one.
    """
    address, said = members.fit_address(email), _words(words)
    hashed = queries.address_hash(address)
    with transaction.atomic():
        inviter = Member.objects.select_for_update().get(pk=member_pk)
        mine = Invitation.objects.filter(inviter=inviter)
        for row in mine.filter(address_hash=hashed, expires_at__gt=now):
            if state_of(row, now=now) is Invited.WAITING:
                return invitation_line(row, now=now)
        if mine.filter(sent_at__gt=now - timedelta(days=1)).count() >= policy.invitations_a_day:
            raise InvitesTooMany(policy.invitations_a_day)
        uid = chance.uid()
        row = Invitation.objects.create(
            uid=uid,
            fingerprint=links.fingerprint(invitation_token(uid)),
            inviter=inviter,
            address=address,
            address_hash=hashed,
            name=members.fit_name("name", name),
            language=members.fit_language(language),
            words=said,
            sent_at=now,
            expires_at=now + timedelta(days=policy.invitation_stands),
        )
        _send(row, now=now, chance=chance, policy=policy)
    return invitation_line(row, now=now)


def invitation_token(uid: str) -> str:
    """Return the token of an invitation's link, derived anew each time."""
    return links.token(_PURPOSE, uid, secret=links.site_secret())


def invite_again(*, member_pk: int, uid: str, now: datetime, chance: Chance, policy: Policy) -> None:
    """Send the member's waiting invitation once more; it stands anew. One that has ended is left alone.

    Raises InvitesTooMany: one person receives a small number of letters only (R46).
    """
    with transaction.atomic():
        row = Invitation.objects.select_for_update().filter(inviter_id=member_pk, uid=uid).first()
        if row is None or state_of(row, now=now) is not Invited.WAITING:
            return
        if row.letters >= policy.invitation_letters:
            raise InvitesTooMany(policy.invitation_letters)
        row.letters += 1
        row.sent_at, row.expires_at = now, now + timedelta(days=policy.invitation_stands)
        row.save(update_fields=["letters", "sent_at", "expires_at"])
        _send(row, now=now, chance=chance, policy=policy)


def revoke_invitation(*, member_pk: int, uid: str, now: datetime) -> None:
    """Make the link of the member's waiting invitation open nothing any more, and forget who was invited."""
    with transaction.atomic():
        row = Invitation.objects.select_for_update().filter(inviter_id=member_pk, uid=uid).first()
        if row is not None and state_of(row, now=now) is Invited.WAITING:
            row.revoked_at = now
            _forget(row)


def accept_invitation(*, token: str, name: str, language: str, now: datetime, chance: Chance) -> MemberCard:
    """Make the person invited a member, and forget the invitation's address. Raises NoInvitation, Unsuitable."""
    with transaction.atomic():
        row = Invitation.objects.select_for_update().filter(fingerprint=links.fingerprint(token)).first()
        if row is None or queries.invitation(token=token, now=now) is None:
            raise NoInvitation
        try:
            guest = members.enrol(name=name, email=row.address, language=language, now=now, chance=chance)
        except members.AlreadyMember as problem:
            raise NoInvitation from problem
        row.accepted_at, row.guest_id = now, guest.pk
        _forget(row)
    return guest


def decline_invitation(*, token: str, now: datetime) -> None:
    """Take no invitation from this installation any more (R45). The inviter sees nothing of it.

    Raises NoInvitation.
    """
    with transaction.atomic():
        row = Invitation.objects.select_for_update().filter(fingerprint=links.fingerprint(token)).first()
        if row is None or queries.invitation(token=token, now=now) is None:
            raise NoInvitation
        row.declined_at = now
        row.save(update_fields=["declined_at"])
        refuse_invitations(address_hash=row.address_hash, now=now)


def refuse_invitations(*, address_hash: str, now: datetime) -> None:
    """Keep, by a keyed hash, that somebody wants no invitation from this installation (R45); no inviter sees it."""
    Uninvited.objects.get_or_create(address_hash=address_hash, defaults={"at": now})


def allow_invitations(*, address_hash: str) -> None:
    """Take that back: invitations may come again (R45)."""
    Uninvited.objects.filter(address_hash=address_hash).delete()


def forget_invitations(*, now: datetime) -> int:
    """Erase who was invited where the invitation has expired (R48); that it was sent stays. Return how many."""
    over = Invitation.objects.filter(expires_at__lte=now).exclude(address="")
    return over.update(address="", name="", words="")


def render_invitation(payload: Mapping[str, JSON], now: datetime, *, unwanted: Unwanted) -> mail.Letter | None:
    """Return the letter, or None: the invitation has ended, its person is a member, or wants no mail (R45).

    `unwanted` tells whether the person behind a keyed hash has refused this inviter, or everything.
    """
    row = Invitation.objects.select_related("inviter").filter(uid=payload["invitation"]).first()
    if row is None or not row.address or row.declined_at or state_of(row, now=now) is not Invited.WAITING:
        return None
    if queries.by_address(row.address) or _is_unwanted(row, unwanted):
        return None
    token = invitation_token(row.uid)
    context = {
        "inviter": card(row.inviter),
        "name": row.name,
        "address": row.address,
        "words": row.words,
        "until": row.expires_at,
        "zone": row.inviter.time_zone,
        "site": mail.site_host(),
        "url": page_address("invited", token),
        "refuse_url": page_address("invited_no", token),
        "behalf": row.inviter.name,
    }
    return mail.render("account/invitation", context, language=row.language, to=row.address)


def _is_unwanted(row: Invitation, unwanted: Unwanted) -> bool:
    return queries.wants_no_invitation(row.address_hash) or unwanted(
        row.address_hash, giver_hash=row.inviter.address_hash
    )


def _send(row: Invitation, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """Queue a letter, unless this person has had as many as anybody may have, from whomever (R46).

    Under a law that lets nobody write first, the inviter carries the link (R6c).
    """
    if (
        not policy.writes_first
        or len(tries.lately(tries.INVITATION, who=row.address_hash, now=now)) >= policy.invitation_letters
    ):
        return
    tries.note(tries.INVITATION, who=row.address_hash, now=now)
    enqueue(
        job=INVITATION_MAIL,
        key=f"{INVITATION_MAIL}:{row.uid}:{row.letters}",
        payload={"invitation": row.uid},
        due=now,
        now=now,
        chance=chance,
    )


def _words(typed: str) -> str:
    """Return the inviter's own words on one line: short, and without a link. Raises Unsuitable."""
    clean = " ".join(typed.split())
    if len(clean) > WORDS_LIMIT:
        raise members.Unsuitable("words", "long")
    if not clean.isprintable() or members.holds_link(clean):
        raise members.Unsuitable("words", "link")
    return clean


def _forget(row: Invitation) -> None:
    row.address = row.name = row.words = ""
    row.save()
