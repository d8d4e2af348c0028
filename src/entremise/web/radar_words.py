"""The words of the radar: counts, reasons, what is unknown. Nobody is rated, nobody is quoted (R15, R29, R49)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from entremise.protocol import measure
from entremise.protocol.care import Letter
from entremise.protocol.measure import Rate, Verdict
from entremise.protocol.policy import Policy
from entremise.protocol.radar import LetterSeen, Person, Reason, Seen, Side, Why
from entremise.web import learning_words

SIDES: Mapping[Side, Promise] = {Side.RECEIVER: _("the person recommended"), Side.CLIENT: _("the client")}


# -- how often it was good --------------------------------------------------------------------------


def told(seen: Seen, *, policy: Policy) -> list[str]:
    """Return in sentences how often it was good, what one may expect, where they differ, and what is unknown (R15).

    Below the least number there is only how many were answered: one person's answer is not to be read off (R14).
    """
    if not seen.good.tally.all:
        return []
    if not seen.good.says(policy):
        return [too_few(seen.good), unknown(seen.good)] if seen.good.tally.unknown else [too_few(seen.good)]
    counts = f"{_good(seen.good)} {_others(seen)}".strip()
    found = (f"{counts} {learning_words.expected(seen.good, policy=policy)}", _differ(seen), unknown(seen.good))
    return [one for one in found if one]


def too_few(rate: Rate) -> str:
    """Return that too few were answered about to conclude anything."""
    answered = rate.tally.ended
    if not answered:
        return gettext("There is no answer to show yet.")
    words = ngettext(
        "Answers came about %(count)d introduction: too few to conclude.",
        "Answers came about %(count)d introductions: too few to conclude.",
        answered,
    )
    return words % {"count": answered}


def unknown(rate: Rate) -> str:
    """Return about how many there is no answer that may be shown: whether anybody answered is not told (R14)."""
    words = ngettext(
        "About %(count)d introduction there is no answer to show: how it was is unknown.",
        "About %(count)d introductions there is no answer to show: how they were is unknown.",
        rate.tally.unknown,
    )
    return words % {"count": rate.tally.unknown} if rate.tally.unknown else ""


def _good(rate: Rate) -> str:
    words = ngettext(
        "Answers came about %(answered)d introduction; %(good)d was a good match.",
        "Answers came about %(answered)d introductions; a good match: %(good)d.",
        rate.tally.ended,
    )
    return words % {"answered": rate.tally.ended, "good": rate.tally.won}


def _others(seen: Seen) -> str:
    parts = [gettext("Partly: %(count)d.") % {"count": seen.partly}] if seen.partly else []
    parts += [gettext("Not really: %(count)d.") % {"count": seen.off}] if seen.off else []
    return " ".join(parts)


def _differ(seen: Seen) -> str:
    words = ngettext(
        "About %(count)d you do not all agree: one says yes, another no. A talk with both tells more than a figure.",
        "About %(count)d you do not all agree: one says yes, another no. A talk with both tells more than a figure.",
        seen.differ,
    )
    return words % {"count": seen.differ} if seen.differ else ""


def beside(rate: Rate, *, policy: Policy) -> str:
    """Return the counts in two words, for a picture; where there are too few, only that."""
    if rate.says(policy):
        return learning_words.of(rate.tally)
    if not rate.tally.all:
        return gettext("none")
    words = ngettext("%(count)d answered", "%(count)d answered", rate.tally.ended)
    return words % {"count": rate.tally.ended} if rate.tally.ended else gettext("unknown")


def letter(one: Letter, *, clear: bool) -> str:
    """Return a letter as it stands in a picture, clear or not."""
    words = gettext("%(letter)s: clear") if clear else gettext("%(letter)s: something gave pause")
    return words % {"letter": one.value}


def letters_tell(letters: Iterable[LetterSeen], *, policy: Policy) -> str:
    """Return which letters tell a good match from another, and which mislead, as far as luck can be ruled out (R15)."""
    found = {
        one.letter: measure.side_by_side(one.minded.good.tally, one.clear.good.tally, policy=policy) for one in letters
    }
    telling = [words % {"names": names} for verdict, words in _tells().items() if (names := _which(found, verdict))]
    if telling:
        return " ".join(telling)
    if all(one is Verdict.TOO_EARLY for one in found.values()):
        return gettext("Too few answers yet, with the letters clear and not, to compare them.")
    return gettext("With a letter clear or not, it went alike as far as one can tell: the difference may well be luck.")


def _tells() -> Mapping[Verdict, str]:
    return {
        Verdict.LIKELY_BETTER: gettext(
            "Where this letter was clear, it was a good match more often, probably not by luck: %(names)s."
        ),
        Verdict.LIKELY_WORSE: gettext(
            "Where this letter was clear, it was a good match less often than where something gave pause, probably not "
            "by luck: %(names)s. What looks clear there deserves one more question before you recommend."
        ),
    }


def _which(found: Mapping[Letter, Verdict], verdict: Verdict) -> str:
    return "; ".join(str(learning_words.LETTERS[letter]) for letter, one in found.items() if one is verdict)


# -- people -----------------------------------------------------------------------------------------


def again(person: Person) -> str:
    """Return in counts how often the giver would recommend somebody again: their own answers, nobody else's."""
    counts = {"all": person.again.tally.ended, "yes": person.again.tally.won}
    if not counts["all"]:
        return gettext("you have not said yet")
    words = ngettext(
        "yes: %(yes)d of your %(all)d answer", "yes: %(yes)d of your %(all)d answers", person.again.tally.ended
    )
    said = [words % counts]
    said += [gettext("perhaps: %(count)d") % {"count": person.perhaps}] if person.perhaps else []
    said += [gettext("rather not: %(count)d") % {"count": person.no}] if person.no else []
    return ", ".join(said)


def reason(one: Reason, *, introductions: int) -> str:
    """Return why to get to know somebody better, from the giver's own answers and what they were told (R14, R29)."""
    counts = {"count": one.count, "all": introductions}
    if one.why is Why.HESITATES:
        return gettext("You would perhaps recommend them again: you will know when you know them better.")
    words = {
        Why.WAS_OFF: ngettext(
            "One match with them was not quite the right one.",
            "%(count)d matches with them were not quite the right ones.",
            one.count,
        ),
        Why.FEW_KNOWN: ngettext(
            "You know how it went for %(count)d of %(all)d introductions: little is known.",
            "You know how it went for %(count)d of %(all)d introductions: little is known.",
            one.count,
        ),
        Why.NONE_KNOWN: ngettext(
            "You do not know yet how it went for the introduction you made.",
            "You do not know yet how it went for the %(count)d introductions you made.",
            one.count,
        ),
    }[one.why]
    return words % counts
