"""Home: to whom do I owe what today? (R22)"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entremise.lib import days, law
from entremise.lib.clock import now
from entremise.protocol.duties import Duty
from entremise.protocol.types import Role
from entremise.referrals.queries import home as queries
from entremise.referrals.queries.evaluations import ToJudge
from entremise.referrals.queries.home import Everything, Home
from entremise.referrals.queries.reviews import open_streak
from entremise.referrals.queries.sleepers import Sleeper
from entremise.referrals.queries.waiting import Asked, DutyLine, Waiting
from entremise.web.access import MemberRequest, members_only
from entremise.web.cultivating import care, due_at_once
from entremise.web.link_holder import in_own_language
from entremise.web.sayings import BY_ITSELF
from entremise.web.stories import story_lines
from entremise.web.story_telling import day
from entremise.web.words import DUTIES, KINDS

AT_ONCE = 5
PAGE_SIZE = 25


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that waits, in a sentence, with the act that answers it; a gentle one is never pressed for (R41)."""

    what: str
    due: str
    tone: str
    url: str
    act: str
    gentle: bool = False


@members_only
@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """Say what the member owes, to whom, and what is owed to them; with pleasure when it is nothing."""
    at = now()
    found = queries.home(member=request.member, now=at, policy=law.policy())
    mine = [make() for make in _mine(found)]
    context = {
        "home": found,
        "mine": mine[:AT_ONCE],
        # What comes after is told here where it is all there is, and on a page of its own where it is more.
        "after": mine[AT_ONCE:] if len(mine) == found.counts.all else (),
        "in_all": found.counts.all if len(mine) < found.counts.all else 0,
        "waiting": found.counts.pressing,
        "theirs": [_theirs(line) for line in found.owed_to_me],
        "theirs_in_all": found.owed_in_all if len(found.owed_to_me) < found.owed_in_all else 0,
        "lately": story_lines(found.lately),
        "cultivate": due_at_once(request),
        "care": care(request),
        "streak": open_streak(member=request.member, now=at, policy=law.policy()),
    }
    return render(request, "home.html", context)


@members_only
@require_safe
def everything(request: MemberRequest) -> HttpResponse:
    """List all that waits for the member, a page at a time, in the order of home (R22)."""
    found = queries.everything(member=request.member, now=now(), policy=law.policy())
    return _listed(request, list(_mine(found)), "waiting/mine.html")


@members_only
@require_safe
def owed(request: MemberRequest) -> HttpResponse:
    """List all that is due to the member and has not come, a page at a time (R22)."""
    found = queries.owed_to_me(member=request.member, now=now(), policy=law.policy())
    return _listed(request, [partial(_theirs, line) for line in found], "waiting/owed.html")


def _listed(request: MemberRequest, lines: list[Callable[[], Line]], template: str) -> HttpResponse:
    """Only the lines of the page that is asked for are put into words."""
    number = request.GET.get("page", "1")
    page = Paginator(lines, PAGE_SIZE).get_page(int(number[:6]) if number.isascii() and number.isdecimal() else 1)
    return render(request, template, {"section": "home", "page": page, "lines": [make() for make in page]})


def _mine(found: Home | Everything) -> Iterator[Callable[[], Line]]:
    """What waits for the member: answers asked of them first, then duties, the longest waiting first."""
    yield from (partial(_request, one) for one in found.waiting)
    yield from (partial(_question, one) for one in found.questions)
    yield from (partial(_to_judge, one) for one in found.matches)
    yield from (partial(_duty, one) for one in found.i_owe)
    yield from (partial(_woken, one) for one in found.woken)


def _request(one: Waiting) -> Line:
    return Line(
        what=str(KINDS[one.kind].help) % {"giver": one.giver},
        due=_("until %(day)s") % {"day": day(one.deadline)},
        tone="",
        url=in_own_language(reverse("request", args=[one.token])),
        act=_("Read and answer"),
    )


def _question(one: Asked) -> Line:
    names = {"person": one.person, "about": one.about}
    return Line(
        what=_("%(person)s asks you something before answering, about %(about)s.") % names,
        due=_("since %(day)s") % {"day": day(one.since)},
        tone="owed",
        url=reverse("story", args=[one.uid]) + "#question",
        act=_("Answer"),
    )


_SAYINGS = {Duty.THANKS: "merci", Duty.CONTACT: "contact", Duty.NEWS: "nouvelles", Duty.PROMOTION: "bonne-parole"}


def _duty(line: DutyLine) -> Line:
    """Something owed: on a referral made here, noted from outside (R23b), or for a lead (R20)."""
    words = DUTIES[line.duty]
    what = _("%(person)s passed a lead on to you: say thank you, in your own words.") if line.source == "lead" else ""
    urls = {
        "referral": ("news", [line.token]),
        "outside": ("received_say", [line.uid, _SAYINGS[line.duty]]),
        "lead": ("lead_read", [line.token]),
    }
    name, arguments = urls[line.source]
    url = reverse(name, args=arguments)
    return Line(
        what=(what or str(words.mine)) % _names(line),
        due=_due(line.due, late=line.late) if not line.gentle or line.due > now() else str(BY_ITSELF),
        tone="owed" if line.late else "",
        url=url if line.source == "outside" else in_own_language(url),
        act=str(words.act),
        gentle=line.gentle,
    )


def _woken(one: Sleeper) -> Line:
    """A need whose day has come: the moment to take up the test again (R11)."""
    names = {"receiver": one.receiver or _("somebody"), "client": one.client or _("somebody")}
    return Line(
        what=_("The moment has perhaps come: %(receiver)s, for %(client)s.") % names,
        due=_("since %(day)s") % {"day": days.said(one.wakes_on, weekday=True)},
        tone="",
        url=reverse("draft", args=[one.uid]),
        act=_("Take up the test again"),
    )


def _to_judge(match: ToJudge) -> Line:
    """A match this member is asked about; to a party it is named by who introduced them (R14)."""
    if match.role is Role.GIVER:
        names = {"receiver": match.receiver, "client": match.client}
        what = _("%(receiver)s and %(client)s: was it a good match?") % names
    else:
        what = _("The introduction made by %(giver)s: was it a good match?") % {"giver": match.giver or _("someone")}
    return Line(
        what=what,
        due=_("until %(day)s") % {"day": day(match.deadline)},
        tone="",
        url=reverse("given_evaluation", args=[match.outside])
        if match.outside
        else in_own_language(reverse("evaluation", args=[match.token])),
        act=_("Say how it was"),
    )


def _theirs(line: DutyLine) -> Line:
    return Line(
        what=str(DUTIES[line.duty].theirs) % _names(line),
        due=_("since %(day)s") % {"day": day(line.due)},
        tone="",
        url=reverse("story", args=[line.uid]),
        act=_("See the story"),
    )


def _names(line: DutyLine) -> dict[str, str]:
    return {"person": line.person or capfirst(_("someone")), "about": line.about or _("someone")}


def _due(due: datetime, *, late: bool) -> str:
    words = _("since %(day)s") if late else _("by %(day)s")
    return words % {"day": day(due)}


urlpatterns = [
    path("", home, name="home"),
    path("en-attente/", everything, name="waiting"),
    path("en-attente/dus/", owed, name="owed"),
]
