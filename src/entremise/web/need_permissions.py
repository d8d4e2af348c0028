"""Whose permission comes first, said to the giver before anything leaves: why, why not, and what to do (R38–R40)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from entremise.protocol.provenance import Ground, Judged
from entremise.protocol.types import REFERRERS, Role
from entremise.referrals.queries.permissions import Permissions
from entremise.web.need_state import At

_WHY: Mapping[Ground, Promise] = {
    Ground.NEEDED: _("You met %(person)s through %(referrer)s, whose permission comes before anything else."),
    Ground.GONE: _(
        "You met %(person)s through somebody who is not in your book any more, so that nobody can give the permission "
        "this needs."
    ),
    Ground.THE_OTHER_PARTY: _(
        "You met %(person)s through %(referrer)s, who is the other person here: their own yes is enough."
    ),
    Ground.STANDING: _(
        "You met %(person)s through %(referrer)s, who allows you, once and for all, to recommend whom they introduced."
    ),
    Ground.OWN_BOND: _(
        "You met %(person)s through %(referrer)s. Your own relationship is solid and old enough by now: no permission "
        "is needed any more. A word to %(referrer)s remains a kindness."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is said of one party's provenance. `later` says when no permission will be needed any more; `mend` is the
    party's entry where it must be corrected first."""

    words: str
    later: str = ""
    mend: str = ""


@dataclass(frozen=True, kw_only=True)
class First:
    """What the page of the mails says about permissions, before the mails themselves."""

    said: tuple[Said, ...] = ()
    asked: str = ""
    before: str = ""
    warned: tuple[str, ...] = ()

    @property
    def stuck(self) -> bool:
        """Whether something must be corrected before anybody can be asked."""
        return any(one.mend for one in self.said)


def first(at: At) -> First:
    """Return what the giver should know of permissions before sending."""
    needed = at.needed
    if needed is None:
        return First()
    said = tuple(_said(one, at, needed) for one in needed.judged if one.ground is not Ground.MET_ALONE)
    names = [one.referrer.name for one in needed.fresh]
    before = [one.referrer.name for one in needed.asked if one.before]
    warned = tuple(one.referrer.name for one in needed.fresh if one.competes)
    return First(said=said, asked=_both(names), before=_both(before), warned=warned)


def _said(one: Judged, at: At, needed: Permissions) -> Said:
    party = at.person(one.met.role)
    names = {"person": at.name(one.met.role), "referrer": needed.names.get(one.met.through, "")}
    gone = one.ground is Ground.GONE
    return Said(
        words=str(_WHY[one.ground]) % names,
        later=_later(one) if one.ground in (Ground.NEEDED, Ground.GONE) else "",
        mend=party.uid if party and gone else "",
    )


def _later(one: Judged) -> str:
    """What one's own relationship lacks for no permission to be needed."""
    lacks = []
    if one.points_short:
        words = ngettext("%(number)d point of solidity", "%(number)d points of solidity", one.points_short)
        lacks.append(words % {"number": one.points_short})
    if one.days_short:
        words = ngettext("%(number)d day", "%(number)d days", one.days_short)
        lacks.append(words % {"number": one.days_short})
    return gettext("Your own relationship lacks %(lacks)s for doing without.") % {"lacks": _both(lacks)}


def _both(words: list[str]) -> str:
    return gettext(" and ").join(words)


def first_asked(at: At) -> tuple[str, bool]:
    """Return who is asked first, by name, and whether the giver brings it to them (R6d, R38); no name where nobody is
    by the sending itself."""
    if rests(at):
        return "", False
    needed = at.needed
    asked = needed.fresh if needed else ()
    if not asked:
        return at.name(Role.RECEIVER), Role.RECEIVER.value in at.carried
    roles = [one.kind.asked for one in asked]
    return _both([one.referrer.name for one in asked]), all(role.value in at.carried for role in roles)


def allowing(at: At) -> str:
    """Return whose permission comes before anybody else is asked, by name, be it that they were asked before."""
    asked = at.needed.asked if at.needed else ()
    return _both([one.referrer.name for one in asked]) or at.name(Role.RECEIVER)


def rests(at: At) -> bool:
    """Tell whether sending asks nobody anything by itself: all depends on what a referrer answered before (R5b)."""
    needed = at.needed
    return needed is not None and bool(needed.asked) and not needed.fresh


def asked_before(at: At) -> frozenset[Role]:
    """Return the roles of those who were asked for this need before (R5b)."""
    return frozenset(one.kind.asked for one in at.needed.asked if one.before) if at.needed else frozenset()


def role_words(role: Role, at: At) -> str:
    """Return the name of whoever is asked in this role."""
    needed = at.needed
    if role not in REFERRERS or needed is None:
        return at.name(role)
    return next((one.referrer.name for one in needed.asked if one.kind.asked is role), "")
