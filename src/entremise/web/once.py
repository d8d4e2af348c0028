"""An act that makes something is done once, however often its button is pressed.

The form carries the id of what it will make, signed for its member: the same press again finds it made, and leads to
it. An id cannot be chosen, nor another member's taken.
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest

from entremise.accounts.queries import MemberCard
from entremise.lib.chance import Chance

_SALT = "entremise.once"


def sealed(request: HttpRequest, *, member: MemberCard, chance: Chance) -> str:
    """Return the hidden field `once` of a form: the one it came with, or a fresh one."""
    came = request.POST.get("once", "")
    return came if uid(request, member=member) else signing.dumps({"by": member.uid, "uid": chance.uid()}, salt=_SALT)


def uid(request: HttpRequest, *, member: MemberCard) -> str:
    """Return the id that a posted form carries for this member; empty where it carries none of ours."""
    try:
        said = signing.loads(request.POST.get("once", ""), salt=_SALT)
    except signing.BadSignature:
        return ""
    return str(said["uid"]) if said["by"] == member.uid else ""
