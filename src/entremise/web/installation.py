"""The owner's page: how the installation does, without showing people (R46)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from entremise.accounts.actions import looks
from entremise.lib import law, links
from entremise.lib.backup import keeping, manifest
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.outbox import actions
from entremise.outbox import queries as outbox
from entremise.outbox.queries import Group, Reason
from entremise.referrals.queries import erasures, watch
from entremise.referrals.queries.erasures import MonthErased
from entremise.referrals.queries.watch import Figures
from entremise.web.access import MemberRequest, owner_only

_DAYS = 14
_OLD_BACKUP = timedelta(days=2)

_LETTERS: tuple[tuple[str, Promise], ...] = (
    ("referral/ask", _("Requests")),
    ("referral/introduction", _("Introductions")),
    ("referral/", _("What follows a request")),
    ("account", _("What opens a notebook")),
    ("rights/", _("Rights of the people written to")),
)
_OTHER = _("Other letters")
_REASONS: dict[str, Promise] = {
    Reason.REFUSED: _("refused for good by the other server"),
    Reason.DEFERRED: _("put off by the other server"),
    Reason.LOST: _("the line to the mail server broke"),
    Reason.UNWRITTEN: _("the letter could not be written"),
}
# How many were sent, or needed no sending any more, is not said: one letter more or less would tell the owner, who
# gives as well, what somebody answered them (R7).
_STATES: dict[str, Promise] = {
    "ready": _("waiting"),
    "sending": _("being sent"),
    "uncertain": _("perhaps arrived, to be sent again"),
    "dead": _("given up"),
}
_ERASED: dict[str, Promise] = {
    "told": _("What people who asked to be forgotten had handed over or written"),
    "requests": _("To whom requests went"),
    "mails": _("Mails in the built-in mailbox"),
    "asides": _("Leads, evaluations and invitations of people who asked to be forgotten"),
    "parts": _("Details of referrals that did not conclude"),
    "needs": _("Needs told in words, of referrals that did not conclude"),
    "evaluations": _("To whom evaluations went"),
    "proofs": _("The words of proofs"),
    "leads": _("Leads whose time is over"),
    "outbox": _("Traces of letters that were settled"),
    "contacts": _("Contacts their members had removed"),
    "imports": _("Address books read and never confirmed"),
    "invitations": _("For whom invitations were that have lapsed"),
    "addresses": _("Changes of address"),
    "member": _("Members who left"),
    "book": _("Address book entries of members who left"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One kind of mail in trouble, in words; `group` says what the button would try again."""

    letters: str
    reason: str
    group: Group


@dataclass(frozen=True, kw_only=True)
class Unnamed:
    """One member's figures in a sentence; `key` leads to whom, for whoever accepts that looking is told."""

    said: str
    key: str


@owner_only
@require_safe
def show(request: MemberRequest) -> HttpResponse:
    """Show health, mail in trouble, limits reached, the newest backup and the version; nobody's name."""
    at = now()
    found = watch.watch(now=at, policy=law.policy(), but_for=request.member.pk)
    last, counts = keeping.last(), outbox.counts()
    found_erased = erasures.by_month(now=at, zone=request.member.time_zone, policy=law.policy())
    context = {
        "health": outbox.health(now=at),
        "counts": [(words, counts[state]) for state, words in _STATES.items()],
        "failures": outbox.given_up_by_day(since=at - timedelta(days=_DAYS)),
        "trouble": [_line(group) for group in outbox.trouble_by_kind()],
        "watch": found,
        "few": law.policy().watched_from,
        "unnamed": tuple(_unnamed(found)),
        "last": last,
        "backup_is_old": last is None or at - last.made_at > _OLD_BACKUP,
        "version": manifest.program_version(),
        "erased": found_erased,
        "erased_months": [_month(one) for one in found_erased.months],
    }
    return render(request, "installation/show.html", context)


def _month(one: MonthErased) -> tuple[date, list[tuple[str, int]]]:
    return one.begins, [(str(_ERASED.get(what, what)), rows) for what, rows in one.at_least.items()]


def _line(group: Group) -> Line:
    letters = next((said for start, said in _LETTERS if group.job.startswith(start)), _OTHER)
    return Line(letters=str(letters), reason=str(_REASONS[group.reason]), group=group)


def _unnamed(found: watch.Watch) -> Iterator[Unnamed]:
    for one in found.figures:
        whose = gettext("One member")
        yield Unnamed(said=whose if found.too_few else f"{whose}: {_figures(one, found.days)}", key=_key(one.uid))


def _figures(one: Figures, days: int) -> str:
    """Return what the figures say: "14 of 20 requests unanswered in 30 days, …"."""
    said = gettext("%(unanswered)d of %(sent)d requests unanswered in %(days)d days") % {
        "unanswered": one.unanswered,
        "sent": one.sent,
        "days": days,
    }
    rest = [
        ngettext("%(n)d declined", "%(n)d declined", one.declined) % {"n": one.declined} if one.declined else "",
        ngettext("%(n)d held back", "%(n)d held back", one.muted) % {"n": one.muted} if one.muted else "",
        ngettext(
            "%(n)d person wants to hear no more from them", "%(n)d people want to hear no more from them", one.refusals
        )
        % {"n": one.refusals}
        if one.refusals
        else "",
    ]
    return ", ".join([said, *filter(None, rest)])


def _key(uid: str) -> str:
    """Return an address for a line that tells nobody, the owner included, whose it is."""
    return links.token("owner looks", uid, secret=links.site_secret())


@owner_only
@require_POST
def try_again(request: MemberRequest) -> HttpResponse:
    """Send once more what was given up of one kind, and say how much of it there was."""
    asked = {name: request.POST.get(name, "") for name in ("job", "reason")}
    count = actions.try_again(job=asked["job"], reason=asked["reason"], now=now())
    said = ngettext("%(n)d mail is on its way once more.", "%(n)d mails are on their way once more.", count)
    messages.info(request, said % {"n": count})
    return redirect("installation")


@owner_only
@require_POST
def look(request: MemberRequest, key: str) -> HttpResponseBase:
    """Record that the owner looks whose figures these are, and tell that member."""
    at: datetime = now()
    found = watch.watch(now=at, policy=law.policy(), but_for=request.member.pk)
    uid = next((one.uid for one in found.figures if links.same(_key(one.uid), key)), None)
    if uid is None:
        raise Http404
    seen = looks.look(member_uid=uid, now=at, chance=SystemChance())
    return redirect("installation_looked", seen) if seen else redirect("installation")


@owner_only
@require_safe
def looked(request: MemberRequest, uid: str) -> HttpResponse:
    """Show the name of the member that a look was about, for an hour; none of their people."""
    found = looks.looked(uid, now=now())
    if found is None:
        raise Http404
    return render(request, "installation/looked.html", {"looked": found})


urlpatterns = [
    path("installation/", show, name="installation"),
    path("installation/reessayer/", try_again, name="installation_try"),
    path("installation/qui/<slug:key>/", look, name="installation_look"),
    path("installation/vu/<slug:uid>/", looked, name="installation_looked"),
]
