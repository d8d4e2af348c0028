"""How to refer me: written on one calm page, read by whom its owner chose, or by who holds its link (R12, R44)."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.catalogue import trades
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.people import queries as book
from entremise.people.actions import profiles as actions
from entremise.people.queries import handing
from entremise.people.queries import profiles as queries
from entremise.people.queries.profiles import OwnProfile, ProfileCard, ProfileGone, ProfileRefused, ProfileText, SeenBy
from entremise.web import profile_words
from entremise.web.access import MemberRequest, members_only, strangers
from entremise.web.contact_forms import line_label
from entremise.web.link_holder import gone
from entremise.web.profile_changes import changed_parts
from entremise.web.profile_forms import ProfileForm, ReadersForm

_FOUND_AT_ONCE = 8
_VERSIONS = 20
_BACK = {"corrections": "corrections"}  # the pages that lead to one field of the form, and to which keeping leads back


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest) -> HttpResponseBase:
    """Show and keep the member's own profile; what another window changed is not overwritten unawares."""
    own = queries.mine(owner_pk=request.member.pk)
    form = _form(request, own)
    changed = False
    if form.is_valid():
        try:
            actions.save_profile(
                owner_pk=request.member.pk,
                text=form.text(),
                version=form.cleaned_data["version"] or 0,
                now=now(),
                chance=SystemChance(),
            )
        except ProfileRefused as refused:
            form.explain(refused.reasons)
        except actions.ProfileChanged as newer:
            changed = True
            form.data = MultiValueDict({**dict(request.POST.lists()), "version": [str(newer.profile.version)]})
        else:
            messages.success(request, gettext("Your profile is kept."))
            return redirect(_BACK.get(request.GET.get("back", ""), "profile_edit"))
    text = own.text if own else ProfileText()
    context = {
        "section": "account",
        "form": form,
        "own": own,
        "fullness": profile_words.fullness(text),
        "trade": _trade(request.member),
        "shown": _shown_words(own),
        "kinds": ", ".join(profile_words.kind_words(text, request.member.language)),
        "changed": changed,
        "back": _BACK.get(request.GET.get("back", ""), ""),
    }
    return render(request, "profiles/edit.html", context, status=409 if changed else 200)


def _form(request: MemberRequest, own: OwnProfile | None) -> ProfileForm:
    return ProfileForm(
        request.POST or None,
        member=request.member,
        text=own.text if own else ProfileText(),
        version=own.version if own else 0,
        today=request.member.today(now()),
    )


def _shown_words(own: OwnProfile | None) -> str:
    """Say in one sentence who reads the profile as things stand."""
    match own.seen_by if own else SeenBy.NOBODY:
        case SeenBy.MEMBERS:
            return gettext("Every member who has you in their address book can read it.")
        case SeenBy.CHOSEN:
            return gettext("The contacts you chose can read it, if they are members.")
        case _ if own and own.has_link:
            return gettext("Only who holds its link can read it.")
        case _:
            return gettext("For the moment nobody but you can read it.")


def _trade(member: MemberCard) -> str:
    return trades.trade(member.trade).either(get_language() or member.language) if member.trade else ""


# -- what it said before ----------------------------------------------------------------------------


@members_only
@require_safe
def versions(request: MemberRequest) -> HttpResponse:
    """Show every version of the member's own profile, the latest first, each with what it changed (R28)."""
    language = request.member.language
    found = queries.versions(owner_pk=request.member.pk)
    page = Paginator(list(zip_longest(found, found[1:])), _VERSIONS).get_page(request.GET.get("page"))
    lines = [
        (
            one,
            list(changed_parts(queries.step(before, one), language=language)),
            profile_words.parts(one.text, language=language),
        )
        for one, before in page
    ]
    context = {"section": "account", "page": page, "lines": lines}
    return render(request, "profiles/versions.html", context)


# -- who reads it -----------------------------------------------------------------------------------


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def readers(request: MemberRequest) -> HttpResponseBase:
    """Let the member choose who reads their profile: nobody, contacts they pick, every member, a link (R44)."""
    own = queries.mine(owner_pk=request.member.pk)
    act = request.POST.get("act", "")
    kept = {"seen_by": own.seen_by.value if own else SeenBy.NOBODY.value}
    form = ReadersForm(request.POST if act == "seen_by" else None, initial=kept)
    if request.method == "POST" and not form.errors:
        return _choose(request, act, form)
    chosen = queries.readers(owner_pk=request.member.pk)
    search = request.GET.get("q", "").strip()[:200]
    found = book.lines_matching(owner_pk=request.member.pk, search=search, limit=_FOUND_AT_ONCE) if search else ()
    there = {line.uid for line in chosen}
    context = {
        "section": "account",
        "form": form,
        "own": own,
        "chosen": [(line.uid, line_label(line)) for line in chosen],
        "found": [(line.uid, line_label(line), line.uid in there) for line in found],
        "search": search,
        "link": _link(own),
    }
    return render(request, "profiles/readers.html", context, status=422 if form.errors else 200)


def _link(own: OwnProfile | None) -> str:
    token = queries.link_token(own) if own else ""
    return settings.ENTREMISE.site_url.rstrip("/") + reverse("profile_link", args=[token]) if token else ""


def _choose(request: MemberRequest, pressed: str, form: ReadersForm) -> HttpResponseBase:
    """Do one act of the page; each can be done twice without harm."""
    act, _colon, uid = pressed.partition(":")
    mine: dict[str, Any] = {"owner_pk": request.member.pk, "now": now(), "chance": SystemChance()}
    match act:
        case "seen_by":
            actions.show_to(seen_by=SeenBy(form.cleaned_data["seen_by"]), **mine)
            messages.success(request, gettext("Your choice is kept."))
        case "show":
            _show_to(request, uid, mine)
        case "hide":
            actions.drop_reader(owner_pk=request.member.pk, contact_uid=uid)
            messages.success(request, gettext("Your profile is not shown to them any more."))
        case "link":
            actions.give_link(**mine)
            messages.success(request, gettext("The link is open."))
    return redirect("profile_readers")


def _show_to(request: MemberRequest, uid: str, mine: dict[str, Any]) -> None:
    try:
        actions.choose_reader(contact_uid=uid, **mine)
    except actions.ContactNotFound:
        raise Http404 from None
    except actions.ReadersFull:
        messages.warning(request, gettext("You have chosen 500 people. For more, “every member” or a link is simpler."))
    else:
        messages.success(request, gettext("They can read your profile, if they are members."))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def close_link(request: MemberRequest) -> HttpResponseBase:
    """Ask once, in words, and close the profile's link for good."""
    own = queries.mine(owner_pk=request.member.pk)
    if own is None or not own.has_link:  # pressed twice, or closed in another window
        return redirect("profile_readers")
    if request.method != "POST":
        context = {"section": "account", "holding": handing.holding_link(owner_pk=request.member.pk)}
        return render(request, "profiles/close_link.html", context)
    actions.take_link_back(owner_pk=request.member.pk)
    messages.success(request, gettext("The link is closed: it opens nothing any more."))
    return redirect("profile_readers")


# -- reading it -------------------------------------------------------------------------------------


@members_only
@require_safe
def show(request: MemberRequest, uid: str) -> HttpResponse:
    """Show a profile as its readers see it; one that was not shown to this member does not exist (R44)."""
    try:
        card = queries.visible(reader=request.member, uid=uid)
    except ProfileGone:
        raise Http404 from None
    return render(request, "profiles/show.html", {"section": "contacts", **_sheet(card), "member": request.member})


@strangers
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show a profile to whoever holds its link, as one page to read or print; no visit is counted."""
    try:
        card = queries.by_link(token=token)
    except ProfileGone:
        return gone(request)
    told = (settings.ENTREMISE.owner_name, settings.ENTREMISE.owner_contact)
    context = {**_sheet(card), "responsible": ", ".join(filter(None, told))}
    response = render(request, "profiles/link.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _sheet(card: ProfileCard) -> dict[str, Any]:
    owner = members.by_pk(card.owner_pk)
    if owner is None:
        raise Http404
    parts = profile_words.parts(card.text, language=get_language() or owner.language)
    return {"profile": card, "owner": owner, "trade": _trade(owner), "parts": parts}


urlpatterns = [
    path("moi/fiche/", edit, name="profile_edit"),
    path("moi/fiche/versions/", versions, name="profile_versions"),
    path("moi/fiche/qui/", readers, name="profile_readers"),
    path("moi/fiche/qui/fermer-le-lien/", close_link, name="profile_close_link"),
    path("fiche/<slug:uid>/", show, name="profile"),
    path("f/<slug:token>/", by_link, name="profile_link"),
]
