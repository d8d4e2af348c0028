"""My pages: an index, and how I sign: my name, my trade, in which language and time zone I read."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from entremise.accounts import actions
from entremise.accounts.queries import LANGUAGES, MemberCard
from entremise.catalogue import trades
from entremise.catalogue.folding import fold
from entremise.lib import law
from entremise.web.access import MemberRequest, members_only
from entremise.web.two_versions import AsRead

# The zones of the countries whose areas the catalogue knows, by names people know; any other one a member has is kept.
_EUROPE = {
    "Europe/Paris": _("Paris"),
    "Europe/Brussels": _("Brussels"),
    "Europe/Zurich": _("Zurich, Geneva"),
    "Europe/Luxembourg": _("Luxembourg"),
    "Europe/London": _("London"),
}
_CANADA = {
    "America/Toronto": _("Montréal, Québec, Ottawa, Toronto"),
    "America/Moncton": _("Moncton, New Brunswick"),
    "America/Halifax": _("Halifax, Charlottetown, Magdalen Islands"),
    "America/St_Johns": _("St. John’s, Newfoundland"),
    "America/Winnipeg": _("Winnipeg, Manitoba"),
    "America/Regina": _("Regina, Saskatchewan"),
    "America/Edmonton": _("Calgary, Edmonton, Yellowknife"),
    "America/Vancouver": _("Vancouver, Victoria"),
    "America/Whitehorse": _("Whitehorse, Yukon"),
    "America/Iqaluit": _("Iqaluit, Nunavut"),
}
_OVERSEAS = {
    "America/Martinique": _("Martinique, Guadeloupe, Saint Martin, Saint Barthélemy"),
    "America/Cayenne": _("French Guiana"),
    "America/Miquelon": _("Saint Pierre and Miquelon"),
    "Indian/Reunion": _("Réunion"),
    "Indian/Mayotte": _("Mayotte"),
    "Pacific/Noumea": _("New Caledonia"),
    "Pacific/Wallis": _("Wallis and Futuna"),
    "Pacific/Tahiti": _("Tahiti"),
    "Pacific/Marquesas": _("Marquesas Islands"),
    "Pacific/Gambier": _("Gambier Islands"),
}

_REASONS = {
    ("name", "empty"): _("Please write your name."),
    ("name", "long"): _("Please keep your name under 60 characters."),
    ("name", "link"): _("A name cannot hold an address or a link: people who do not know you will read it."),
    ("company", "long"): _("Please keep the company's name under 60 characters."),
    ("company", "link"): _("Please write the company's name without an address or a link."),
    ("email", "empty"): _("Please write your e-mail address."),
    ("email", "unknown"): _("This does not look like an e-mail address."),
}


def explain(problem: actions.Unsuitable) -> str:
    """Return why a field was refused, in the reader's language."""
    return str(_REASONS.get((problem.field, problem.reason), _("Please choose one of the values offered.")))


class ProfileForm(AsRead):
    """What a member may change about themselves."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As the people you write to will read it."),
        max_length=actions.NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    company = forms.CharField(
        label=_("Your company"),
        required=False,
        max_length=actions.NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    trade = forms.ChoiceField(label=_("Your trade"), required=False)
    language = forms.ChoiceField(label=_("Your language"), choices=LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Your time zone"))

    def __init__(self, *args: object, member: MemberCard, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = _zones(member.time_zone)  # type: ignore[attr-defined]
        self.fields["trade"].choices = _trades(member.language)  # type: ignore[attr-defined]


def _zones(kept: str) -> list[tuple[object, object]]:
    """Return the zones as a select shows them: by part of the world, that of the installation's law first."""
    groups = [(_("Europe"), _EUROPE), (_("Overseas France"), _OVERSEAS)]
    groups.insert(0 if law.profile() == "ca" else 2, (_("Canada"), _CANADA))
    other = [] if any(kept in zones for _group, zones in groups) else [(kept, kept.replace("_", " "))]
    return [*other, *((name, list(zones.items())) for name, zones in groups)]


def _trades(language: str) -> list[tuple[str, object]]:
    """Return the list of trades as a select shows it: by family, each in the order of its words."""
    french = language.startswith("fr")
    families: dict[str, list[tuple[str, str]]] = {}
    for trade in trades.all_trades():
        family = trade.family.name_fr if french else trade.family.name_en
        families.setdefault(family, []).append((trade.key, trade.either(language)))
    in_order = sorted(families.items(), key=lambda pair: fold(pair[0]))
    grouped = [(name, sorted(members, key=lambda pair: fold(pair[1]))) for name, members in in_order]
    return [("", gettext("Not on the list")), *grouped]


@members_only
@require_safe
def account(request: MemberRequest) -> HttpResponse:
    """Lead to each of the member's own pages, with what stands there in a line."""
    invites = request.member.is_owner or bool(settings.ENTREMISE.members_invite)
    return render(request, "moi/index.html", {"invites": invites})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: MemberRequest) -> HttpResponseBase:
    """Show and keep how the member signs, and how they read."""
    member = request.member
    initial = {name: getattr(member, name) for name in ProfileForm.base_fields if name != "as_read"}
    form = ProfileForm(request.POST or None, initial=initial, member=member)
    if form.is_valid():
        try:
            actions.edit_profile(member_pk=member.pk, **form.cleaned_data)
        except actions.Unsuitable as problem:
            form.add_error(problem.field, explain(problem))
        else:
            with override(form.cleaned_data["language"]):
                messages.success(request, gettext("Your page is up to date."))
            return redirect("account")
    return render(request, "moi/identity.html", {"form": form}, status=422 if form.errors else 200)


urlpatterns = [path("moi/", account, name="account"), path("moi/identite/", identity, name="identity")]
