"""Passkeys (WebAuthn): a key on the member's own device, which opens without address, code or password."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from entremise.accounts.actions.members import NAME_LIMIT, Unsuitable
from entremise.accounts.actions.notices import tell
from entremise.accounts.mapping import KeyLine, MemberCard, card, key_line
from entremise.accounts.models import Member, Passkey
from entremise.lib.chance import Chance

KEYS_MOST = 20


class WrongPasskey(Exception):  # noqa: N818 - named as the fact it states
    """The device's answer proves nothing: not a key of this site, not for this question, or not well signed."""


def _server() -> Fido2Server:
    site = urlsplit(settings.ENTREMISE_SITE_URL)
    own = f"{site.scheme}://{site.netloc}"
    party = PublicKeyCredentialRpEntity(id=site.hostname or "", name=f"Entremise · {site.hostname}")
    return Fido2Server(party, verify_origin=lambda origin: origin == own)


def _challenge(chance: Chance) -> bytes:
    return chance.uid().encode()


def ask_for_new_key(*, member: MemberCard, chance: Chance) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the question for the member's browser, and the state to give back with its answer.

    The device learns a random id, the name and the address, and stores them with the key.
    """
    rows = Passkey.objects.filter(member_id=member.pk)
    question, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=member.uid.encode(), name=member.email, display_name=member.name),
        [AttestedCredentialData(bytes(row.credential)) for row in rows],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=_challenge(chance),
    )
    return dict(question), state


def add_key(
    *, member_pk: int, name: str, state: Mapping[str, Any], answer: object, now: datetime, chance: Chance
) -> KeyLine:
    """Let the member come in with this key from now on. Raises WrongPasskey, Unsuitable (`name`, `empty` or `long`)."""
    clean = _name(name)
    try:
        proved = _server().register_complete(state, _mapping(answer))
    except (ValueError, TypeError, KeyError) as problem:
        raise WrongPasskey from problem
    credential = proved.credential_data
    if credential is None:
        raise WrongPasskey
    try:
        with transaction.atomic():
            member = Member.objects.select_for_update().get(pk=member_pk)
            if member.passkeys.count() >= KEYS_MOST:
                raise WrongPasskey
            row = Passkey.objects.create(
                uid=chance.uid(),
                member=member,
                credential_hash=_hash(credential.credential_id),
                credential=bytes(credential),
                name=clean,
                added_at=now,
            )
            tell("key_added", member_uid=member.uid, now=now, chance=chance)
    except IntegrityError as problem:
        raise WrongPasskey from problem
    return key_line(row)


def ask_for_key(*, chance: Chance) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the question for a visitor's browser, and the state to give back with its answer; it names nobody."""
    question, state = _server().authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED, challenge=_challenge(chance)
    )
    return dict(question), state


def open_with_key(*, state: Mapping[str, Any], answer: object, now: datetime) -> MemberCard:
    """Return the member whose key answered. Raises WrongPasskey."""
    try:
        given = _mapping(answer)
        found = AuthenticationResponse.from_dict(given).raw_id
        row = Passkey.objects.select_related("member").filter(credential_hash=_hash(found)).first()
        if row is None or not row.member.is_active:
            raise WrongPasskey
        _server().authenticate_complete(state, [AttestedCredentialData(bytes(row.credential))], given)
    except (ValueError, TypeError, KeyError) as problem:
        raise WrongPasskey from problem
    member = card(row.member)
    Passkey.objects.filter(pk=row.pk).update(used_on=member.today(now))
    return member


def rename_key(*, member_pk: int, uid: str, name: str) -> None:
    """Call the member's key by another name. Raises Unsuitable; somebody else's key is left alone."""
    Passkey.objects.filter(member_id=member_pk, uid=uid).update(name=_name(name))


def remove_key(*, member_pk: int, uid: str, now: datetime, chance: Chance) -> None:
    """Make the member's key open nothing any more; somebody else's, or one removed already, is left alone."""
    with transaction.atomic():
        row = Passkey.objects.select_related("member").filter(member_id=member_pk, uid=uid).first()
        if row is not None:
            row.delete()
            tell("key_removed", member_uid=row.member.uid, now=now, chance=chance)


def _mapping(answer: object) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise TypeError("an answer is a JSON object")
    return answer


def _name(typed: str) -> str:
    clean = " ".join(typed.split())
    if not clean:
        raise Unsuitable("name", "empty")
    if len(clean) > NAME_LIMIT:
        raise Unsuitable("name", "long")
    return clean


def _hash(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()
