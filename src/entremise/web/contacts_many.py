"""Acts on many contacts at once, undoing a removal, and taking the whole book along (R44, R47)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.interchange import vcard_writing
from entremise.lib.clock import now
from entremise.people import actions, queries
from entremise.people.actions import RESTORABLE
from entremise.people.queries import Kind
from entremise.web.access import MemberRequest, members_only
from entremise.web.contact_forms import KIND_WORDS

_ = gettext_lazy
_NAMED = 12
_TICKED_AT_MOST = 500


class KindsForm(forms.Form):
    """What several contacts are to the member; nothing ticked is an answer too."""

    all_optional = True
    kinds = forms.MultipleChoiceField(
        label=_("For you, these people are"),
        required=False,
        choices=[(kind.value, word) for kind, word in KIND_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def several(request: MemberRequest) -> HttpResponseBase:
    """Ask once, in words, about those ticked, then act; what was removed can be put back."""
    picked = request.POST.getlist("pick")[:_TICKED_AT_MOST]
    lines = queries.lines_by_uids(owner_pk=request.member.pk, uids=picked)
    if not lines:
        if request.method == "POST":
            messages.info(request, gettext("Tick the people it is about first."))
        return redirect("contacts")
    uids = [line.uid for line in lines]
    match request.POST.get("act", ""):
        case "remove":
            return _remove(request, uids)
        case "kinds":
            form = KindsForm(request.POST)
            if form.is_valid():
                return _set_kinds(request, uids, [Kind(kind) for kind in form.cleaned_data["kinds"]])
            template, more = "contacts/several_kinds.html", {"form": form}
        case "ask_kinds":
            template, more = "contacts/several_kinds.html", {"form": KindsForm()}
        case _:
            template, more = "contacts/several_remove.html", {}
    context: dict[str, Any] = {
        "section": "contacts",
        "uids": uids,
        "names": [line.name for line in lines[:_NAMED]],
        "others": max(0, len(lines) - _NAMED),
        "total": len(lines),
        "days": RESTORABLE.days,
        **more,
    }
    return render(request, template, context)


def _remove(request: MemberRequest, uids: list[str]) -> HttpResponseBase:
    at = now()
    done = actions.remove_contacts(owner_pk=request.member.pk, uids=uids, now=at)
    if done.held:
        words = ngettext(
            "%(count)d person takes part in a referral, and stays in your address book as long as it is kept.",
            "%(count)d people take part in a referral, and stay in your address book as long as it is kept.",
            done.held,
        )
        messages.warning(request, words % {"count": done.held})
    return redirect(undoable(at)) if done.removed else redirect("contacts")


def undoable(at: datetime) -> str:
    """Return the address of the list that offers to put back what was removed at that instant."""
    return f"{reverse('contacts')}?{urlencode({'removed': at.isoformat()})}"


def just_removed(request: MemberRequest) -> dict[str, Any]:
    """Return what the list says of a removal that can be undone; nothing where there is none."""
    at = _instant(request.GET.get("removed", ""))
    lines = queries.removed_then(owner_pk=request.member.pk, at=at) if at else ()
    return {"just_removed": lines, "removed_at": at.isoformat() if at else ""}


def _instant(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _set_kinds(request: MemberRequest, uids: list[str], kinds: list[Kind]) -> HttpResponseBase:
    count = actions.set_kinds(owner_pk=request.member.pk, uids=uids, kinds=kinds, now=now())
    words = ngettext("Kept for %(count)d person.", "Kept for %(count)d people.", count)
    messages.success(request, words % {"count": count})
    return redirect("contacts")


@members_only
@require_safe
def removed(request: MemberRequest) -> HttpResponse:
    """List what was removed lately, to put it back."""
    number = request.GET.get("page", "1")
    page = int(number[:6]) if number.isascii() and number.isdecimal() else 1
    found = queries.removed(owner_pk=request.member.pk, page=page)
    context = {
        "section": "contacts",
        "lines": found.lines,
        "page": Paginator(range(found.total), queries.PAGE_SIZE).page(found.page),
        "days": RESTORABLE.days,
    }
    return render(request, "contacts/removed.html", context)


@members_only
@require_POST
def restore(request: MemberRequest) -> HttpResponseBase:
    """Put back those named, or all that one act removed; twice is once."""
    at = _instant(request.POST.get("removed", ""))
    uids = request.POST.getlist("pick")[:_TICKED_AT_MOST]
    count = actions.restore_contacts(owner_pk=request.member.pk, uids=uids, removed_at=at)
    if count:
        words = ngettext(
            "%(count)d person is in your address book again.", "%(count)d people are in your address book again.", count
        )
        messages.success(request, words % {"count": count})
    return redirect("contacts_removed" if uids else "contacts")


@members_only
@require_safe
def take_along(request: MemberRequest) -> StreamingHttpResponse:
    """Give the member their whole book as one vCard file, written as it is read."""
    book = vcard_writing.written(queries.cards_in_turn(owner_pk=request.member.pk))
    name = gettext("address-book")
    headers = {"Content-Disposition": f'attachment; filename="{name}.vcf"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(book, content_type="text/vcard; charset=utf-8", headers=headers)


urlpatterns = [
    path("contacts/plusieurs/", several, name="contacts_several"),
    path("contacts/retires/", removed, name="contacts_removed"),
    path("contacts/retires/remettre/", restore, name="contacts_restore"),
    path("contacts/carnet.vcf", take_along, name="contacts_take_along"),
]
