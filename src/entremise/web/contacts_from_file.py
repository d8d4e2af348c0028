"""Bringing an address book from a file: it is read, its member says whom to keep, a part at a time (R37, R44, R47)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from entremise.interchange import vcard
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.people import actions, queries
from entremise.people.actions import MOST_AT_ONCE, Imported
from entremise.people.queries import ContactNotFound, ImportEntry
from entremise.web.access import MemberRequest, members_only
from entremise.web.contact_forms import MEGABYTES, ImportForm

_ = gettext_lazy
SHOWN_AT_ONCE = 300
_TOLD = 20
_BROUGHT = "brought"  # in a session: the part of a file that was brought last
_PROBLEMS: dict[str, Promise] = {
    "too_large": format_lazy(_("This file is larger than {size} MB."), size=MEGABYTES),
    "too_many": _("Only the first 100,000 people of this file were read."),
    "not_a_vcard": _("This is not a vCard file, or nobody is in it."),
    "unfinished": _("This person's card has no end, and was left out."),
    "empty": _("This card has no name and nothing to reach anybody by, and was left out."),
    "unreadable": _("This line could not be read; the rest of the card was."),
}


@dataclass(kw_only=True)
class _Reading:
    """A file while it is read: how many people were in it so far, and what could not be read."""

    file: BinaryIO
    people: int = 0
    problems: list[vcard.Problem] = field(default_factory=list)

    def entries(self) -> Iterator[ImportEntry]:
        """Yield the people of the file, one at a time."""
        for card in vcard.cards(self.file, self.problems):
            self.people += 1
            yield card.entry


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: MemberRequest) -> HttpResponseBase:
    """Take a vCard file, and lead to the choice of whom to keep."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        if (file.size or 0) > vcard.MOST_BYTES:
            form.add_error("file", str(_PROBLEMS["too_large"]))
        else:
            reading = _Reading(file=cast(BinaryIO, file))
            first = _keep(request, reading)
            if reading.people:
                return _lead(request, reading, first)
            form.add_error("file", str(_PROBLEMS[min(reading.problems).key]))
    waiting = queries.waiting_import(owner_pk=request.member.pk)
    context = {"section": "contacts", "form": form, "waiting": waiting}
    return render(request, "contacts/bring.html", context, status=422 if form.errors else 200)


def _keep(request: MemberRequest, reading: _Reading) -> str:
    """Let the file wait, each part in a short transaction of its own; return the public id of the first part."""
    first = ""
    owner_pk = request.member.pk
    for part in queries.in_parts(owner_pk=owner_pk, entries=reading.entries(), size=MOST_AT_ONCE):
        if part:
            uid = actions.keep_import(
                owner_pk=owner_pk, entries=part, now=now(), chance=SystemChance(), more=bool(first)
            )
            first = first or uid
    return first


def _lead(request: MemberRequest, reading: _Reading, first: str) -> HttpResponseBase:
    """Say what was not read and who was passed over, and lead to the first choice there is."""
    problems = sorted(reading.problems)
    for problem in problems[:_TOLD]:
        words = gettext("Line %(line)d of the file: %(problem)s")
        messages.warning(request, words % {"line": problem.line, "problem": _PROBLEMS[problem.key]})
    if more := len(problems[_TOLD:]):
        words = ngettext(
            "%(count)d more line of the file could not be read.",
            "%(count)d more lines of the file could not be read.",
            more,
        )
        messages.warning(request, words % {"count": more})
    waiting = queries.waiting_import(owner_pk=request.member.pk) if first else None
    _tell_known(request, reading.people - (waiting.people if waiting else 0))
    return redirect("contacts_choose", uid=first) if first else redirect("contacts")


def _tell_known(request: MemberRequest, known: int) -> None:
    if known:
        words = ngettext(
            "%(count)d was in your address book already.", "%(count)d were in your address book already.", known
        )
        messages.info(request, words % {"count": known})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Show who is in a part of the file, let the member choose, and bring those chosen."""
    owner_pk = request.member.pk
    try:
        entries = queries.kept_import(owner_pk=owner_pk, uid=uid)
    except ContactNotFound:
        if request.session.get(_BROUGHT) == uid:  # pressed twice, or once more after going back
            return _go_on(request, queries.waiting_import(owner_pk=owner_pk))
        raise Http404 from None
    if request.method == "POST":
        return _finish(request, uid=uid, size=len(entries))
    there = queries.already_kept(owner_pk=owner_pk, drafts=[entry.draft for entry in entries])
    waiting = queries.waiting_import(owner_pk=owner_pk)
    context = {
        "section": "contacts",
        "rows": [_row(index, entries[index], known=there[index]) for index in range(min(len(entries), SHOWN_AT_ONCE))],
        "total": len(entries),
        "more": max(0, len(entries) - SHOWN_AT_ONCE),
        "known": sum(there),
        "after": max(0, waiting.people - len(entries)) if waiting else 0,
    }
    return render(request, "contacts/choose.html", context)


def _go_on(request: MemberRequest, waiting: queries.Waiting | None) -> HttpResponseBase:
    if waiting:
        return redirect("contacts_choose", uid=waiting.uid)
    messages.info(request, gettext("This file has been brought already."))
    return redirect("contacts")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person of a file, to be kept or not."""

    index: int
    name: str
    note: str
    known: bool


def _row(index: int, entry: ImportEntry, *, known: bool) -> Row:
    draft = entry.draft
    way = draft.ways[0].value.replace("\n", ", ") if draft.ways else ""
    through = gettext("met through %(name)s") % {"name": entry.introduced_by} if entry.introduced_by else ""
    words = [draft.company if draft.company != draft.name else "", way if way != draft.name else "", through]
    return Row(index=index, name=draft.name, note=" · ".join(filter(None, words)), known=known)


def _finish(request: MemberRequest, *, uid: str, size: int) -> HttpResponseBase:
    chosen = {int(value) for value in request.POST.getlist("keep") if value.isascii() and value.isdecimal()}
    if "rest" in request.POST:
        chosen |= set(range(SHOWN_AT_ONCE, size))
    done = actions.finish_import(owner_pk=request.member.pk, uid=uid, chosen=chosen, now=now(), chance=SystemChance())
    request.session[_BROUGHT] = uid
    _tell(request, done)
    return redirect("contacts_choose", uid=done.following) if done.following else redirect("contacts")


def _tell(request: MemberRequest, done: Imported) -> None:
    added = ngettext("%(count)d person added.", "%(count)d people added.", done.added) % {"count": done.added}
    messages.success(request, added)
    _tell_known(request, done.known)
    if done.refused:
        words = ngettext(
            "%(count)d could not be kept: nothing in the card is a name, a company or a way to reach somebody.",
            "%(count)d could not be kept: nothing in their cards is a name, a company or a way to reach somebody.",
            done.refused,
        )
        messages.warning(request, words % {"count": done.refused})


urlpatterns = [
    path("contacts/apporter/", bring, name="contacts_bring"),
    path("contacts/apporter/<slug:uid>/", choose, name="contacts_choose"),
]
