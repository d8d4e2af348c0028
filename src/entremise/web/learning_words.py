"""The words of what is learned: steps, rates, groups, periods. Counts stand beside every rate; none is blamed (R29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from entremise.catalogue import trades
from entremise.insights.learning import Came, Fullness, Learned, Side
from entremise.lib import days
from entremise.protocol.care import Letter
from entremise.protocol.measure import Point, Rate, Step, Tally, Verdict
from entremise.protocol.policy import Policy
from entremise.referrals.queries.measured import Sum
from entremise.web import money

CAME: Mapping[Came, Promise] = {
    Came.RECOMMENDED: _("Recommended by me"),
    Came.ASKED: _("Requests to me"),
    Came.AGREED: _("I said yes"),
    Came.INTRODUCED: _("Introduced"),
    Came.CONTACTED: _("First contact"),
    Came.ENDED: _("The end is known"),
    Came.WON: _("Working together"),
}
SIDES: Mapping[Side, Promise] = {Side.RECEIVED: _("When I am recommended"), Side.GIVEN: _("When I recommend")}
MORE: Mapping[Side, Promise] = {
    Side.RECEIVED: _("Over time, by who recommends me, by trade"),
    Side.GIVEN: _("Over time, by whom I recommend, by trade"),
}
STEPS: Mapping[Step, Promise] = {Step.WEEK: _("by week"), Step.MONTH: _("by month"), Step.QUARTER: _("by quarter")}
FULLNESS: Mapping[Fullness, Promise] = {
    Fullness.WHOLE: _("Everything was there"),
    Fullness.NEARLY: _("One thing or two were missing"),
    Fullness.LESS: _("More was missing"),
    Fullness.UNKNOWN: _("Not measured"),
}
LETTERS: Mapping[Letter, Promise] = {
    Letter.CONSENT: _("C, consent"),
    Letter.ACTUAL: _("A, actual"),
    Letter.RELEVANT: _("R, relevant"),
    Letter.EVALUATE: _("E, evaluate"),
}


def labelled(name: str, what: str) -> str:
    """Return what is said of something, after its name."""
    return gettext("%(name)s: %(what)s") % {"name": name, "what": what}


def of(tally: Tally) -> str:
    """Return the counts in two words, for a picture: "4 of 9"; nothing where nothing ended."""
    if not tally.ended:
        return gettext("nothing ended")
    return gettext("%(won)d of %(ended)d") % {"won": tally.won, "ended": tally.ended}


def counted(tally: Tally) -> str:
    """Return the counts in a sentence."""
    words = ngettext(
        "%(won)d of %(ended)d that ended led to working together.",
        "%(won)d of %(ended)d that ended led to working together.",
        tally.won,
    )
    return words % {"won": tally.won, "ended": tally.ended}


def unknown(tally: Tally) -> str:
    """Return of how many the end is not known, in a sentence; nothing for none."""
    words = ngettext("The end of %(count)d is not known.", "The end of %(count)d is not known.", tally.unknown)
    return words % {"count": tally.unknown} if tally.unknown else ""


def rated(rate: Rate, *, policy: Policy) -> str:
    """Return a rate in sentences: its counts, then what may be expected, or that it is too few to conclude (R26)."""
    tally = rate.tally
    if not tally.ended:
        return unknown(tally) or gettext("There was nothing.")
    parts = [counted(tally), expected(rate, policy=policy) if rate.says(policy) else too_few(tally), unknown(tally)]
    return " ".join(part for part in parts if part)


def expected(rate: Rate, *, policy: Policy) -> str:
    """Return what a rate lets one expect, with its interval. Raises TooFewError where too few ended for that."""
    found = rate.percents(policy)
    said = {"mean": money.percent(found.mean), "low": found.low, "high": money.percent(found.high)}
    return gettext("Of those to come, expect %(mean)s, most likely between %(low)s and %(high)s.") % said


def too_few(tally: Tally) -> str:
    """Return that so few ends say nothing yet (R26)."""
    words = ngettext("%(count)d end is too few to conclude.", "%(count)d ends are too few to conclude.", tally.ended)
    return words % {"count": tally.ended}


def compared(rates: Sequence[Rate], *, policy: Policy) -> str:
    """Return what rates beside each other tell: whether any can be told from another, and nothing of which (R26)."""
    if len(rates) == 1:
        return rated(rates[0], policy=policy)
    said = [rate for rate in rates if rate.says(policy)]
    if not said:
        return gettext("Too few have ended anywhere for a percentage: these are counts.")
    if len(said) == 1:
        return gettext("Enough have ended for one percentage only: the rest are counts.")
    if max(rate.low for rate in said) <= min(rate.high for rate in said):
        return gettext("All bands overlap: the differences may well be luck.")
    return gettext("Not all bands overlap: a difference may be more than luck.")


_FULLNESS_TELLS: Mapping[Verdict, Promise] = {
    Verdict.TOO_EARLY: _("Too few have ended, with and without everything, to say what completeness does for you."),
    Verdict.CANNOT_TELL: _(
        "With everything there or not, it ended alike as far as one can tell: the difference may well be luck."
    ),
    Verdict.LIKELY_BETTER: _(
        "Where everything was there, it led to working together more often; luck would hardly make that difference."
    ),
    Verdict.LIKELY_WORSE: _(
        "Where something was missing, it led to working together more often; luck would hardly make that difference."
    ),
}


def fullness(verdict: Verdict) -> str:
    """Return what can be said of completeness and success (R19)."""
    return str(_FULLNESS_TELLS[verdict])


# -- names ------------------------------------------------------------------------------------------


def person(name: str) -> str:
    """Return how a group of one person is called; of all who were forgotten, someone (R47)."""
    return name or gettext("Someone who is forgotten")


def trade(key: str, *, language: str) -> str:
    """Return how a group of one trade is called."""
    return trades.trade(key).either(language) if key else gettext("Another trade, or none noted")


def letter(key: tuple[Letter, bool]) -> str:
    """Return how those are called where a letter was clear, or where something of it gave pause."""
    name, clear = LETTERS[key[0]], key[1]
    words = gettext("%(letter)s: clear") if clear else gettext("%(letter)s: something gave pause")
    return words % {"letter": name}


def period(point: Point, *, step: Step) -> str:
    """Return a period in full."""
    names = {
        "day": days.said(point.start, year=True),
        "quarter": (point.start.month + 2) // 3,
        "year": point.start.year,
    }
    if step is Step.WEEK:
        return gettext("Week of %(day)s") % names
    if step is Step.MONTH:
        return date_format(point.start, "F Y")
    return gettext("Quarter %(quarter)d of %(year)d") % names


def period_in_short(point: Point, *, step: Step) -> str:
    """Return a period as it stands below a picture."""
    if step is Step.WEEK:
        return f"{days.number(point.start)} {date_format(point.start, 'N')}"
    if step is Step.MONTH:
        return date_format(point.start, "N Y")
    names = {"quarter": (point.start.month + 2) // 3, "year": point.start.year}
    return pgettext("a quarter of a year, in short", "Q%(quarter)d %(year)d") % names


# -- sentences --------------------------------------------------------------------------------------


def brought(one: Sum) -> str:
    """Return what came together in one currency, and of how many it was noted."""
    words = ngettext("%(amount)s, noted of %(count)d", "%(amount)s, noted of %(count)d", one.noted)
    return words % {"amount": money.amount(one.amount, one.currency), "count": one.noted}


def left_out(count: int) -> str:
    """Return how many a picture over time leaves out."""
    words = ngettext("%(count)d earlier one is left out.", "%(count)d earlier ones are left out.", count)
    return words % {"count": count} if count else ""


def summary(learned: Learned) -> str:
    """Return in a sentence or two how far one side came: in counts, never a rate (R49)."""
    rate, introduced = learned.rate, len(learned.measured)
    if not introduced:
        return gettext("Nobody has been introduced yet.")
    made = ngettext("%(count)d introduction so far.", "%(count)d introductions so far.", introduced)
    told = [made % {"count": introduced}]
    told += [counted(rate.tally)] if rate.tally.ended else []
    return " ".join([*told, unknown(rate.tally)]).strip()
