"""The veil as a picture: the three people of a referral, each veiled or not for whoever looks (R4).

Nobody under a veil has a name here: a face is made from what the wall hands out, and from nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from entremise.protocol.types import Kind
from entremise.protocol.wall import Person, Seen
from entremise.referrals.queries.pages import RequestPage


@dataclass(frozen=True, kw_only=True)
class Face:
    """One figure: a `name`, empty under a veil; a `role` in the story; a `note` on what is known.

    `raised` says that a veil was there and has gone; `lifts` that it goes at this very moment, once.
    """

    name: str
    role: str
    note: str = ""
    veiled: bool = False
    raised: bool = False
    lifts: bool = False


def faces(page: RequestPage, *, opened: bool) -> tuple[Face, ...]:
    """Return the reader of a request's page, the giver and the other party, as the wall shows them to this reader.

    After an introduction the other party is shown only where the page was `opened` with the digits (R4, R18).
    """
    if page.shown.giver is None:
        return ()
    giver = Face(name=page.shown.giver.name, role=_("recommends"))
    return _yourself(page), giver, _other(page, opened=opened)


def _yourself(page: RequestPage) -> Face:
    own = page.shown.receiver if page.kind is Kind.RECEIVER else page.shown.client
    note = _("they know nothing of you") if page.seen in (Seen.ASKED, Seen.NAMED) else ""
    return Face(name=own.name if own else "", role=_("you"), note=note, veiled=own is None)


def _other(page: RequestPage, *, opened: bool) -> Face:
    other = page.shown.client if page.kind is Kind.RECEIVER else page.shown.receiver
    hidden = other is None or (page.seen is Seen.INTRODUCED and not opened)
    return _veiled(page) if hidden or other is None else _known(page, other)


def _veiled(page: RequestPage) -> Face:
    role = _("the person who is looking") if page.kind is Kind.RECEIVER else _("the person recommended")
    note = "" if page.seen is Seen.INTRODUCED else _("veiled until both agree")
    return Face(name="", role=capfirst(role), note=note, veiled=True)


def _known(page: RequestPage, other: Person) -> Face:
    role = _("the person who is looking") if page.kind is Kind.RECEIVER else _("the person recommended")
    return Face(
        name=other.name, role=role, note=other.company, raised=True, lifts=page.seen in (Seen.NAMED, Seen.INTRODUCED)
    )
