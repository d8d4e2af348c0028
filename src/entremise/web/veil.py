"""The veil as a picture: the three people of a referral, each veiled or not for whoever looks (R4).

Nobody under a veil has a name here: a face is made from what the wall hands out, and from nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from entremise.protocol.types import PERMISSIONS, Kind
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
    if page.kind in PERMISSIONS:
        return _of_referrer(page, giver, opened=opened)
    return _yourself(page), giver, _other(page, opened=opened)


def whom_introduced(page: RequestPage) -> Person | None:
    """Return whom a referrer introduced, where it is their permission that is asked (R38); None on other pages."""
    if page.kind not in PERMISSIONS:
        return None
    return page.shown.receiver if page.kind is Kind.PERMISSION else page.shown.client


def _of_referrer(page: RequestPage, giver: Face, *, opened: bool) -> tuple[Face, ...]:
    """The giver, whom the referrer introduced, and the other party, under a veil until the introduction (R38, R39)."""
    asked = page.kind is Kind.PERMISSION
    about, other = whom_introduced(page), page.shown.client if asked else page.shown.receiver
    introduced = page.seen is Seen.INTRODUCED
    mine = Face(name=about.name if about else "", role=_("met through you"), veiled=about is None)
    role = _("the person who is looking") if asked else _("the person recommended")
    if other is None or (introduced and not opened):
        note = "" if introduced else _("veiled to you too")
        return giver, mine, Face(name="", role=capfirst(role), note=note, veiled=True)
    return giver, mine, Face(name=other.name, role=role, note=other.company, raised=True, lifts=True)


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
