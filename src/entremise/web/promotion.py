"""A true good word to the client about whoever recommended: proposed, edited by hand, sent or said aloud (R41)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from entremise.accounts import queries as accounts
from entremise.catalogue import trades
from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.protocol.errors import Refusal
from entremise.protocol.types import Role
from entremise.protocol.wall import Person
from entremise.referrals.actions import promoting, steps
from entremise.referrals.actions.gratitude import NoWords
from entremise.referrals.actions.promoting import CannotMail, GoodWord, HoldsLinks, How
from entremise.referrals.queries import promoting as queries
from entremise.referrals.queries.pages import NewsPage, news_page
from entremise.referrals.queries.promoting import Known, Material
from entremise.referrals.queries.rows import NeedGone
from entremise.web import link_holder, profile_words
from entremise.web.access import strangers
from entremise.web.forms_look import Choices
from entremise.web.link_holder import DigitsForm, Holder, gone
from entremise.web.sayings import good_word


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A receiver about to say a good word about one person."""

    request: HttpRequest
    holder: Holder
    page: NewsPage
    about: Role
    person: Person
    material: Material

    @property
    def back(self) -> str:
        """The address of the news page, in the language chosen."""
        return self._in_language(reverse("news", args=[self.holder.token]))

    @property
    def here(self) -> str:
        """The address of this page, in the language chosen."""
        return self._in_language(reverse("promote", args=[self.holder.token, self.about.value]))

    @property
    def names(self) -> dict[str, str]:
        """The names that the sentences of the page name."""
        return {"person": self.person.name, "client": self.page.shown.client.name if self.page.shown.client else ""}

    def _in_language(self, address: str) -> str:
        return f"{address}?lang={self.holder.wish}" if self.holder.wish else address


class GoodWordForm(DigitsForm):
    """The words, and how they reach the client."""

    text = forms.CharField(
        label=_("Your words"),
        help_text=_("A proposal, for you to change: keep only what is true for you."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    how = forms.ChoiceField(
        label=_("How does it reach them?"),
        widget=Choices(),
        error_messages={"required": _("Please choose how it reaches them.")},
    )
    field_order = ("text", "how", "digits")

    def __init__(self, *args: Any, names: dict[str, str], may_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mail = [(How.MAIL.value, gettext("By mail to %(client)s, in my name") % names)] if may_mail else []
        aloud = (How.ALOUD.value, gettext("I have said it, or say it myself"))
        self.fields["how"].choices = [*mail, aloud]  # type: ignore[attr-defined]

    def explain(self, refusal: Refusal) -> None:
        """Say beside the field why nothing was recorded."""
        for kind, field, words in _REASONS:
            if isinstance(refusal, kind):
                self.add_error(field, str(words))
                return
        super().explain(refusal)


_REASONS = (
    (NoWords, "text", _("Please write a few words.")),
    (HoldsLinks, "text", _("Please leave out links, addresses and numbers: what leaves from here holds none.")),
    (CannotMail, "how", _("No mail from here can reach them. You can still say it yourself.")),
)


def _visit(request: HttpRequest, token: str, who: str) -> Visit | None:
    """Return who says what about whom; None where the link opens nothing, or nobody of that name takes part."""
    try:
        page = news_page(token=token, now=clock.now(), language=link_holder.wish(request), policy=law.policy())
    except NeedGone:
        return None
    praised = {role.value: (role, one) for role, one in queries.to_promote(page.shown).items()} if page else {}
    if page is None or who not in praised:
        return None
    about, person = praised[who]
    holder = link_holder.holder(request, token=token, page=page)
    reader = accounts.signed_in(request.user) if holder.seal else None
    found = queries.material(uid=page.uid, about=about, reader=reader, policy=law.policy())
    return Visit(request=request, holder=holder, page=page, about=about, person=person, material=found)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def promote(request: HttpRequest, token: str, who: str = Role.GIVER.value) -> HttpResponseBase:
    """Propose a good word, take it as the receiver made it their own, and send or record it (R6, R41)."""
    visit = _visit(request, token, who)
    if visit is None:
        return gone(request)
    form = GoodWordForm(
        request.POST if request.method == "POST" else None,
        initial={"text": proposal(visit)},
        sealed=bool(visit.holder.seal),
        names=visit.names,
        may_mail=visit.material.may_mail,
    )
    if not form.is_valid():
        return _ask(visit, form)
    how = How(form.cleaned_data["how"])
    word = GoodWord(about=visit.about, how=how, text=form.cleaned_data["text"])
    caller = visit.holder.caller(request, digits=form.typed_digits)
    try:
        promoting.promote(caller=caller, word=word, now=clock.now(), chance=SystemChance(), policy=law.policy())
    except steps.Gone:
        return gone(request)
    except Refusal as refusal:
        form.explain(refusal)
        return _ask(visit, form)
    return redirect(visit.back)


def _ask(visit: Visit, form: GoodWordForm) -> HttpResponse:
    owed = any(one.gentle and one.to is visit.about for one in visit.page.owed)
    context = {
        "form": form,
        **visit.names,
        "owed": owed,
        "back": visit.back,
        "action": visit.here,
        **visit.holder.frame(reverse("promote", args=[visit.holder.token, visit.about.value])),
    }
    return render(visit.request, "news/promote.html", context, status=422 if form.errors else 200)


def proposal(visit: Visit) -> str:
    """Return a good word to begin with: from the profile of whom it is about, where the receiver may read it, else from
    what the introduction itself says. It claims nothing that is not known."""
    known = visit.material.known
    return proposed(visit.names, company=visit.person.company, known=known, language=visit.holder.language)


def proposed(names: dict[str, str], *, company: str = "", known: Known | None = None, language: str = "fr") -> str:
    """Return the words of a proposal about one person."""
    if known is None or known.text.is_empty:
        return good_word(names)
    trade = trades.trade(known.trade).either(language) if known.trade else ""
    said = {"person": names["person"], "what": ", ".join(filter(None, (trade, company)))}
    if said["what"]:
        opening = gettext("It is to %(person)s (%(what)s) that we owe knowing each other.")
    else:
        opening = gettext("It is to %(person)s that we owe knowing each other.")
    return "\n\n".join((opening % said, *_from_profile(known, names, language=language)))


def _from_profile(known: Known, names: dict[str, str], *, language: str) -> list[str]:
    """What a profile says of its owner, as somebody else can say it."""
    text, found = known.text, []
    markets = (*profile_words.kind_words(text, language), *text.markets)
    if text.services:
        found.append(gettext("What %(person)s does: %(lines)s.") % {**names, "lines": _in_line(text.services)})
    if markets:
        found.append(gettext("For whom: %(lines)s.") % {"lines": _in_line(markets)})
    if text.listen_for:
        heard = {**names, "words": text.listen_for[0].strip('«»“”" \u00a0\u202f')}
        found.append(gettext("If you ever hear “%(words)s”, think of %(person)s.") % heard)
    return found


def _in_line(lines: tuple[str, ...]) -> str:
    """The first lines as parts of a sentence; a word of which more than the first letter is large stays."""
    return ", ".join((one if one[1:2].isupper() else one[:1].lower() + one[1:]).rstrip(". ") for one in lines[:3])


urlpatterns = [
    path("n/<slug:token>/bonne-parole/", promote, name="promote_giver"),
    path("n/<slug:token>/bonne-parole/<slug:who>/", promote, name="promote"),
]
