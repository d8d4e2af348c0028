"""The words of the doctrine as types: small, frozen, without behaviour of their own."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The people around one referral (R1), and everybody else."""

    GIVER = "giver"
    RECEIVER = "receiver"
    CLIENT = "client"
    REFERRER = "referrer"  # through whom the giver met the receiver, or both
    CLIENT_REFERRER = "referrer_c"  # through whom the giver met the client, where that is somebody else
    OUTSIDER = "outsider"


class Kind(StrEnum):
    """What one request asks of one person (R5, R38). All are the same machine."""

    PERMISSION = "permission"
    CLIENT_PERMISSION = "permission_c"
    RECEIVER = "receiver"
    PRINCIPLE = "principle"
    NAME = "name"

    @property
    def asked(self) -> Role:
        """Who answers a request of this kind."""
        return _ASKED[self]


_ASKED = {
    Kind.PERMISSION: Role.REFERRER,
    Kind.CLIENT_PERMISSION: Role.CLIENT_REFERRER,
    Kind.RECEIVER: Role.RECEIVER,
    Kind.PRINCIPLE: Role.CLIENT,
    Kind.NAME: Role.CLIENT,
}
PERMISSIONS = (Kind.PERMISSION, Kind.CLIENT_PERMISSION)
REFERRERS = tuple(kind.asked for kind in PERMISSIONS)
PERMISSION_OF = {kind.asked: kind for kind in PERMISSIONS}


class Answer(StrEnum):
    """One person's own word."""

    YES = "yes"
    NO = "no"


class How(StrEnum):
    """How an answer reached us (R6, R6d, R8, R10)."""

    LINK = "link"
    SESSION = "session"
    CARRIED = "carried"
    ALOUD = "aloud"


class Way(StrEnum):
    """A way to be contacted; a part holds the details of the preferred one (R16, R18)."""

    PHONE = "phone"
    MAIL = "mail"
    MESSAGE = "message"
    MEETING = "meeting"


class Urgency(StrEnum):
    """How soon the need is real (R11); never mixed with the giver's effort."""

    NOW = "now"
    DATED = "dated"
    LATER = "later"
    NONE = "none"


class Effort(StrEnum):
    """How far the giver goes: Misner's five levels (R11)."""

    NAME = "name"
    MATERIAL = "material"
    TESTIMONIAL = "testimonial"
    MEETING = "meeting"
    IN_PERSON = "in_person"


class Outcome(StrEnum):
    """How a referral ended, as far as anybody said (R26)."""

    WON = "won"
    LOST = "lost"
    NOT_A_FIT = "not_a_fit"
    NO_NEED = "no_need"
    NEVER_REACHED = "never_reached"
    SET_ASIDE = "set_aside"
