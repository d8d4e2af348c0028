"""Who recommends unasked, who when asked, who does not: one's own clients beside 20–60–20 (R34)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from entremise.lib import law
from entremise.lib.clock import now
from entremise.people.queries import asking as queries
from entremise.people.queries.asking import OwnClients, Placed
from entremise.protocol.propensity import RULE, Place, Refers, Shares, Verdict
from entremise.web.access import MemberRequest, members_only

KINDS: Mapping[Refers, Promise] = {
    Refers.UNASKED: _("Recommend of their own accord"),
    Refers.WHEN_ASKED: _("Recommend when asked"),
    Refers.NOT: _("Show their trust in other ways"),
}
# The address of the page of each kind; of the last one nothing can be said yet.
_PLACES: Mapping[str, Refers | None] = {
    "d-eux-memes": Refers.UNASKED,
    "sur-demande": Refers.WHEN_ASKED,
    "autrement": Refers.NOT,
    "a-voir": None,
}
# The same of one person.
_OF_ONE: Mapping[Refers, Promise] = {
    Refers.UNASKED: _("Of their own accord"),
    Refers.WHEN_ASKED: _("When you ask"),
    Refers.NOT: _("Their trust shows in other ways"),
}
_VERDICTS: Mapping[Verdict, Promise] = {
    Verdict.HOLDS: _("With you, rather %(shares)s: the rule holds."),
    Verdict.FAILS: _("With you, rather %(shares)s: the rule does not hold, and yours is the one to go by."),
    Verdict.TOO_EARLY: _("With you, perhaps %(shares)s; whether the rule holds cannot be said yet."),
}


@dataclass(frozen=True, kw_only=True)
class ShareShown:
    """One kind in per cent: one's own, the bounds of its interval, and the rule's."""

    title: Promise
    own: int
    low: int
    high: int
    rule: int

    @property
    def wide(self) -> int:
        """How wide the interval is, in points."""
        return self.high - self.low


@dataclass(frozen=True, kw_only=True)
class Group:
    """The clients who are likely of one kind: how many, and some of them with their probability in per cent, None
    where it is not told; `at` is the name of the page with all of them."""

    title: Promise | str
    text: str
    count: int
    people: tuple[tuple[Placed, int | None], ...]
    at: str

    @property
    def more(self) -> int:
        """How many there are besides those shown."""
        return self.count - len(self.people)


@members_only
@require_safe
def show(request: MemberRequest) -> HttpResponse:
    """Draw one's own shares beside the rule, say whether it holds, and who is likely of which kind (R34)."""
    own = queries.own_clients(owner_pk=request.member.pk, on=request.member.today(now()), policy=law.policy())
    context = {
        "section": "cultivating",
        "own": own,
        "shares": _shares(own.shares),
        "verdict": verdict(own.shares),
        "groups": _groups(own),
        "unknown": own.counts[3],
        "unknown_at": next(name for name, kind in _PLACES.items() if kind is None),
        "weight": law.policy().rule_weighs,
    }
    return render(request, "asking/clients.html", context)


@members_only
@require_safe
def show_kind(request: MemberRequest, kind: str) -> HttpResponse:
    """List all the clients who are likely of one kind, a page at a time (R34)."""
    if kind not in _PLACES:
        raise Http404
    number = request.GET.get("page", "1")
    found = queries.of_kind(
        _PLACES[kind],
        owner_pk=request.member.pk,
        page=int(number[:6]) if number.isascii() and number.isdecimal() else 1,
        on=request.member.today(now()),
        policy=law.policy(),
    )
    context = {
        "section": "cultivating",
        "group": _group(_PLACES[kind], found.people, count=found.total),
        "page": Paginator(range(found.total), queries.KIND_SIZE).page(found.page),
    }
    return render(request, "asking/kind.html", context)


def verdict(shares: Shares) -> str:
    """Return in one sentence how one's own clients compare with the rule."""
    told = "–".join(str(part) for part in whole(shares.mean))
    return str(_VERDICTS[shares.verdict]) % {"shares": told}


def whole(shares: Sequence[float]) -> list[int]:
    """Return shares in whole per cent that sum to a hundred: what is left goes where most was cut off."""
    parts = [int(100 * share) for share in shares]
    order = sorted(range(len(parts)), key=lambda i: parts[i] - 100 * shares[i])
    for i in order[: 100 - sum(parts)]:
        parts[i] += 1
    return parts


def _shares(shares: Shares) -> list[ShareShown]:
    return [
        ShareShown(title=title, own=own, low=round(100 * low), high=round(100 * high), rule=rule)
        for title, own, low, high, rule in zip(
            KINDS.values(), whole(shares.mean), shares.low, shares.high, whole(RULE), strict=True
        )
    ]


def chances(at: Place) -> list[tuple[Promise, int]]:
    """Return the three kinds with their probability for one person in whole per cent, which sum to a hundred (R34)."""
    return list(zip(_OF_ONE.values(), whole((at.unasked, at.when_asked, at.does_not)), strict=True))


def _groups(own: OwnClients) -> list[Group]:
    people = (own.unasked, own.when_asked, own.left_alone)
    return [_group(kind, some, count=count) for kind, some, count in zip(Refers, people, own.counts, strict=False)]


def _group(kind: Refers | None, people: Sequence[Placed], *, count: int) -> Group:
    """One kind; nobody is named with what they would not do (R29): no figure stands beside who is left alone."""
    told = {
        Refers.UNASKED: gettext("Nothing to ask of them: thank them, and bring them news."),
        Refers.WHEN_ASKED: gettext(
            "An ask at the right moment helps them think of you; their page says whether it has come."
        ),
        Refers.NOT: gettext(
            "You asked, and nobody came. They are not asked any more, and may be fond of your work all the same."
        ),
        None: gettext("None has recommended you yet, and hardly any were asked: time will tell."),
    }
    return Group(
        title=KINDS[kind] if kind else gettext("Nothing can be said yet"),
        text=told[kind],
        count=count,
        people=tuple((one, _per_cent(one, kind)) for one in people),
        at=next(name for name, known in _PLACES.items() if known is kind),
    )


def _per_cent(one: Placed, kind: Refers | None) -> int | None:
    if kind is None or kind is Refers.NOT:
        return None
    return round(100 * (one.place.unasked if kind is Refers.UNASKED else one.place.when_asked))


urlpatterns = [
    path("cultiver/vingt-soixante-vingt/", show, name="twenty_sixty"),
    path("cultiver/vingt-soixante-vingt/<slug:kind>/", show_kind, name="twenty_sixty_kind"),
]
