"""Small attentions in words: why somebody is among the best, what to write to them, how a card looks (R24, R25)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from entremise.people.queries.attentions import Attended
from entremise.protocol.attention import Occasion, Reason, Share, Wish, Word

_ = gettext_lazy

LAYOUT_WORDS: Mapping[str, Promise] = {
    "a6": _("A flat card of 14.8 × 10.5 cm"),
    "folded": _("An A4 sheet folded in two"),
}
LAYOUT_HINTS: Mapping[str, Promise] = {
    "a6": _("On A6 card, in a C6 envelope (11.4 × 16.2 cm)."),
    "folded": _("Your words inside on the right, in a C5 envelope (16.2 × 22.9 cm). Any printer can do it."),
}
WORD_WORDS: Mapping[Word, Promise] = {
    Word.SET_RIGHT: _("They were not satisfied: ask what is missing, before anything else."),
    Word.NEWS: _("They recommended you: say what became of it, and what it has changed."),
    Word.THANKS: _("They helped you: say what it has made possible."),
    Word.WORK: _("They have your work: ask how it is doing, without offering anything."),
    Word.AFTER: _("You did them a good turn: ask how it turned out."),
    Word.GREETING: _("Say that you think of them, and ask how they are."),
}
OCCASIONS: Mapping[str, Occasion] = {"voeux": Occasion.CARD, "dejeuners": Occasion.LUNCH}
REFUSALS: Mapping[tuple[str, str], Promise] = {
    ("starts_at", "past"): _("This is over already. Please choose a moment that is still to come."),
    ("starts_at", "far"): _("This is more than two years away. Please choose a nearer day."),
    ("minutes", "unknown"): _("Please keep between a quarter of an hour and ten hours free."),
    ("words", "empty"): _("Please write in a few words what was agreed."),
    ("since", "future"): _("This day is still to come."),
    ("on", "future"): _("This day is still to come."),
    ("on", "ancient"): _("This is too long ago."),
}
TOO_LONG = _("This is too long to be kept.")


@dataclass(frozen=True, kw_only=True)
class Line:
    """Somebody of a list, with what is said of them in words."""

    one: Attended
    why: str
    note: str
    word: Promise
    mailto: str

    @property
    def pinned(self) -> bool:
        """Whether the member put them on the list."""
        return self.one.wish is Wish.PINNED


def line(one: Attended) -> Line:
    """Return one person with their reasons in words, and how to write to them."""
    return Line(
        one=one,
        why=_why(one),
        note=one.company if one.company != one.name else "",
        word=WORD_WORDS[one.word],
        mailto=f"mailto:{one.email}" if one.email else "",
    )


def _why(one: Attended) -> str:
    said = ", ".join(_reasons(one))
    if not one.worth.points:
        return said
    points = ngettext("%(count)d point", "%(count)d points", one.worth.points) % {"count": one.worth.points}
    return f"{said} ({points})"


def _reasons(one: Attended) -> Iterator[str]:
    if one.wish is Wish.PINNED:
        yield gettext("put here by you")
    for share in one.worth.shares:
        yield _reason(share)


def _reason(share: Share) -> str:
    count = {"count": share.count}
    match share.reason:
        case Reason.BROUGHT:
            return ngettext("recommended you once", "recommended you %(count)d times", share.count) % count
        case Reason.HELPED:
            return ngettext("helped you once", "helped you %(count)d times", share.count) % count
        case Reason.GIVEN:
            return ngettext("you helped them once", "you helped them %(count)d times", share.count) % count
        case Reason.WORK:
            return ngettext("%(count)d work of yours", "%(count)d works of yours", share.count) % count
        case Reason.SATISFIED:
            return gettext("said it was good")


def refusal(field: str, reason: str) -> str:
    """Return why something cannot be kept, in words."""
    return str(REFUSALS.get((field, reason), TOO_LONG))
