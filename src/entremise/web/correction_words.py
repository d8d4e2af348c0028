"""Small corrections in words: what each is, where it is made, and what can be said of what came of it (R28, R29).

Nothing here cheers, blames or calls a success what may be luck: a figure is a measurement, and after it comes a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from entremise.insights.correcting import Effect
from entremise.lib import days
from entremise.protocol.correction import PART_OF, Adopted, Compared, CorrectionKind, Period, Proposal, Reason
from entremise.protocol.diagnosis import About, Prepared
from entremise.protocol.measure import Change, Verdict
from entremise.protocol.policy import Policy
from entremise.web import learning_words, review_words
from entremise.web.profile_words import MY_PARTS

_ = gettext_lazy
K = CorrectionKind
TITLES: Mapping[CorrectionKind, Promise] = {
    K.WRITE_PROFILE: _("Write your profile"),
    K.NAME_PRICES: _("Name your price ranges"),
    K.SAY_WHAT_NOT: _("Say what is not for you"),
    K.SAY_WHAT_TO_LISTEN_FOR: _("Say what to listen for"),
    K.NAME_SERVICES: _("Say more exactly what you do"),
    K.NAME_MARKETS: _("Name whom you would like to meet"),
    K.NAME_AREAS: _("Name where you work"),
    K.SAY_AVAILABILITY: _("Say whether you have time"),
    K.SAY_HOW_INTRODUCED: _("Say how you like to be introduced"),
    K.RENEW_PROFILE: _("Read your profile again, and renew it"),
    K.HAND_PROFILE_ON: _("Hand your profile to those who could recommend you"),
    K.UPDATE_WHAT_IS_IN_HANDS: _("Give today’s profile to those who have an older one"),
    K.ASK_THE_GIVER_FIRST: _("Ask the giver a question before you say yes"),
    K.CALL_SOONER: _("Make the first contact sooner"),
    K.GIVE_NEWS_IN_TIME: _("Give the giver news in time"),
    K.THANK_IN_TIME: _("Thank the giver in time"),
    K.COMPLETE_MY_PART: _("Complete your own part when you say yes"),
    K.OWN: _("A correction in your own words"),
}
# What it changes for those who recommend, in a sentence.
WHY: Mapping[CorrectionKind, Promise] = {
    K.WRITE_PROFILE: _("People recommend you for what they know of you; one line is enough to begin."),
    K.NAME_PRICES: _("With a first amount in mind, people know for whom it makes sense to think of you."),
    K.SAY_WHAT_NOT: _("Whoever knows what is not for you sends you fewer people in vain."),
    K.SAY_WHAT_TO_LISTEN_FOR: _("A sentence that people really say helps others think of you at the right moment."),
    K.NAME_SERVICES: _("The more exactly it says what you do, the easier it is to tell who needs it."),
    K.NAME_MARKETS: _("Whoever knows whom you would like to meet recognises them."),
    K.NAME_AREAS: _("A place named spares everybody a call from too far away."),
    K.SAY_AVAILABILITY: _("Whoever knows when you have time recommends you at the right time."),
    K.SAY_HOW_INTRODUCED: _("An introduction made the way you like it begins well."),
    K.RENEW_PROFILE: _("What was true when you wrote it may be said better today."),
    K.HAND_PROFILE_ON: _("People recommend you for what they know of you; your profile tells them in a page."),
    K.UPDATE_WHAT_IS_IN_HANDS: _("They recommend you for what their page says."),
    K.ASK_THE_GIVER_FIRST: _("A question to the giver tells you, before your yes, whether somebody is really waiting."),
    K.CALL_SOONER: _("A need is fresh for a few days."),
    K.GIVE_NEWS_IN_TIME: _("Whoever knows how it goes chooses better the next time."),
    K.THANK_IN_TIME: _("Whoever is thanked soon thinks of you again."),
    K.COMPLETE_MY_PART: _("With everything there, the first call finds you."),
    K.OWN: _("You know best what is worth trying."),
}
_FIELDS = {
    "services": "id_services",
    "markets": "id_markets",
    "areas": "id_places",
    "availability": "id_availability_0",
    "listen_for": "id_listen_for",
    "not_for_me": "id_not_for_me",
    "floor": "id_floor",
    "introduced": "id_introduced",
}
BACK = "back"
_FAR_FROM_EVEN = 10  # percent: from there on a probability looks like a verdict, and it is said why it is none
_PLACES: Mapping[CorrectionKind, tuple[str, Promise]] = {
    K.HAND_PROFILE_ON: ("hands_give", _("Hand it on")),
    K.UPDATE_WHAT_IS_IN_HANDS: ("hands", _("See who has which")),
    K.CALL_SOONER: ("home", _("See who is waiting")),
    K.GIVE_NEWS_IN_TIME: ("home", _("See who is waiting")),
    K.THANK_IN_TIME: ("home", _("See who is waiting")),
}
REASONS: Mapping[tuple[str, str], Promise] = {
    ("words", "missing"): _("Please say in a few words what you would like to change."),
    ("words", "long"): _("This is too long to be kept; 200 characters are the most."),
    ("on", "future"): _("This day is still to come."),
    ("on", "long_ago"): _("This day is too long ago: a year at most."),
    ("on", "before"): _("A correction cannot end before it begins."),
    ("on", "known"): _(
        "Between these two days lie introductions whose end is known: with another first day they would pass from "
        "before to after, or back. If the day was a slip, take the correction back and adopt it anew."
    ),
    ("kind", "in_force"): _("This correction is in force already."),
}


def title(one: Adopted) -> str:
    """Return what a correction is: the member's own words, or ours."""
    return one.words if one.kind is K.OWN else str(TITLES[one.kind])


def place(kind: CorrectionKind) -> tuple[str, str]:
    """Return where a correction is made, the very field of the profile, and what the link says; empty where it is a
    habit without a page of its own. From the profile one comes back here."""
    part = PART_OF.get(kind)
    if part or kind in (K.WRITE_PROFILE, K.RENEW_PROFILE):
        anchor = f"#{_FIELDS[part]}" if part else ""
        return f"{reverse('profile_edit')}?{BACK}=corrections{anchor}", gettext("Change it in your profile")
    name, words = _PLACES.get(kind, ("", ""))
    return (reverse(name), str(words)) if name else ("", "")


# -- why one is proposed ----------------------------------------------------------------------------


def reasons(one: Proposal) -> list[str]:
    """Return why a correction is proposed: what the member answered, then each fact that points to it (R28)."""
    said = dict.fromkeys(_answer(reason) for reason in one.reasons)
    facts = dict.fromkeys(_fact(one, reason) for reason in one.reasons)
    return [words for words in (*said, *facts) if words]


def is_of_givers(one: Proposal) -> bool:
    """Whether a count of what givers weighed is among the reasons, whose names nobody is to guess (R12)."""
    return any(reason.fact is not None and reason.fact.about is About.OVERRULED for reason in one.reasons)


def _answer(reason: Reason) -> str:
    if reason.said is None:
        return ""
    named = {"question": review_words.QUESTIONS[reason.question], "answer": review_words.SAID[reason.said]}
    return gettext("To “%(question)s” you answered: %(answer)s.") % named


def _fact(one: Proposal, reason: Reason) -> str:
    if reason.fact is None:
        return ""
    if reason.fact.about is About.PARTS_EMPTY:
        return gettext("Your profile does not say yet: %(part)s.") % {"part": MY_PARTS[PART_OF[one.kind]]}
    alone = Prepared(question=reason.question, facts=(reason.fact,))
    return review_words.facts_in_words(alone)[0].text


# -- since when, and compared over what -------------------------------------------------------------


def since(one: Adopted) -> str:
    """Return from which day to which a correction was in force."""
    first = days.said(one.on, year=True)
    if one.dropped_on is None:
        return gettext("In force since %(day)s.") % {"day": first}
    if not one.ever_held:
        return gettext("Adopted and dropped on %(day)s.") % {"day": first}
    last = days.said(one.dropped_on, year=True)
    return gettext("In force from %(first)s; dropped on %(last)s.") % {"first": first, "last": last}


def span(period: Period) -> str:
    """Return the days of a period: "until 2 March 2026", "from 3 March to 9 June 2026", "since 3 March 2026"."""
    first, last = period.stretch.first, period.stretch.last
    if first is None:
        return gettext("until %(day)s") % {"day": days.said(last, year=True)} if last else gettext("always")
    if last is None:
        return gettext("since %(day)s") % {"day": days.said(first, year=True)}
    named = {"first": days.said(first, year=True), "last": days.said(last, year=True)}
    return gettext("from %(first)s to %(last)s") % named


def picture_tells(change: Change) -> str:
    """Return in a sentence what the picture of before and after shows."""
    named = {"before": learning_words.of(change.before.tally), "after": learning_words.of(change.after.tally)}
    return (
        gettext(
            "Led to working together: before, %(before)s; after, %(after)s. Each band is where the true share most "
            "likely lies."
        )
        % named
    )


# -- what can be said -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Said:
    """What can be said of a correction, and the next step; `tone` is for the eye and says nothing more."""

    heading: str
    text: str
    step: str
    tone: str


def said(change: Change, *, policy: Policy, running: bool, set_apart: int = 0) -> Said:
    """Return what can be said, honestly and kindly (R28, R29); `running` is whether its period still goes on,
    `set_apart` how many ends from before are left out of it."""
    match change.verdict:
        case Verdict.TOO_EARLY:
            return _too_early(change, policy=policy, running=running, set_apart=set_apart)
        case Verdict.CANNOT_TELL:
            return _cannot_tell(change, policy=policy, running=running)
        case Verdict.LIKELY_BETTER:
            return Said(
                heading=gettext("Probably better than before"),
                text=chances(change.percent),
                step=gettext("Keep it, and let the figures go on; they may still turn."),
                tone="done",
            )
        case _:
            return Said(
                heading=gettext("Probably not better than before"),
                text=chances(change.percent),
                step=gettext(
                    "It was worth trying, and now you know. The next small step: drop it, or word it otherwise."
                ),
                tone="",
            )


def chances(percent: int) -> str:
    """Return the probability that it is better than before, in words and as a number."""
    if 5 < percent < 95:  # nothing is said to be ten in ten, or none
        tenths = round(percent / 10)
        words = ngettext(
            "There is %(count)d chance in 10 that it is better than before (%(percent)d%%).",
            "There are %(count)d chances in 10 that it is better than before (%(percent)d%%).",
            tenths,
        )
        return words % {"count": tenths, "percent": percent}
    words = ngettext(
        "There is %(count)d chance in 100 that it is better than before.",
        "There are %(count)d chances in 100 that it is better than before.",
        percent,
    )
    return words % {"count": percent}


def _too_early(change: Change, *, policy: Policy, running: bool, set_apart: int) -> Said:
    before, after = change.before.tally.ended, change.after.tally.ended
    short = before < policy.percent_from
    text = _few_before(before, set_apart=set_apart) if short else _few_since(after)
    if not running:
        step = gettext("Its period is over. More can be known of it as more ends become known.")
    elif short:
        step = gettext("Keep what seems right to you: what comes now will be the “before” of your next correction.")
    else:
        missing = policy.percent_from - after
        step = ngettext(
            "Let it be for now: with %(count)d more end known, a first word can be said.",
            "Let it be for now: with %(count)d more ends known, a first word can be said.",
            missing,
        ) % {"count": missing}
    return Said(heading=gettext("Too early to say"), text=text, step=step, tone="")


def _few_before(count: int, *, set_apart: int) -> str:
    if not count:
        if set_apart:
            return gettext("Besides those set apart, no end is known from before: there is nothing to compare with.")
        return gettext("No end is known from before: there is nothing to compare with.")
    if set_apart:
        words = ngettext(
            "Besides those set apart, the end of %(count)d introduction is known from before: too few to compare with.",
            "Besides those set apart, the ends of %(count)d introductions are known from before: too few to compare "
            "with.",
            count,
        )
    else:
        words = ngettext(
            "The end of %(count)d introduction is known from before: that is too few to compare with.",
            "The ends of %(count)d introductions are known from before: that is too few to compare with.",
            count,
        )
    return words % {"count": count}


def _few_since(count: int) -> str:
    if not count:
        return gettext("No end is known since then: nothing can be concluded.")
    words = ngettext(
        "The end of %(count)d introduction is known since then: that is too few to conclude.",
        "The ends of %(count)d introductions are known since then: that is too few to conclude.",
        count,
    )
    return words % {"count": count}


def _cannot_tell(change: Change, *, policy: Policy, running: bool) -> Said:
    text = chances(change.percent)
    if not _FAR_FROM_EVEN < change.percent < 100 - _FAR_FROM_EVEN:
        often = gettext(
            "Whoever looks again and again sees such a figure now and then by luck alone: before %(least)d in 100, "
            "either way, nothing is concluded."
        )
        text = f"{text} {often % {'least': policy.likely_from}}"
    return Said(
        heading=gettext("It may be luck"),
        text=text,
        step=_more(change, running=running),
        tone="",
    )


def _more(change: Change, *, running: bool) -> str:
    """Say how many more are needed before anything can be said."""
    if change.waiting:
        return ngettext(
            "The end of %(count)d introduction is not known yet; it decides whether anything can be said.",
            "The ends of %(count)d introductions are not known yet; they decide whether anything can be said.",
            change.more or 0,
        ) % {"count": change.more or 0}
    if not running:
        return gettext("Its period is over, and too little happened in it to tell the change from luck.")
    if change.more is None:
        return gettext(
            "Too little is known from before, or the two are too alike:"
            " no number of further referrals could tell them apart."
        )
    return ngettext(
        "If it goes on like this, about %(count)d more referral has to end before it can be told from luck.",
        "If it goes on like this, about %(count)d more referrals have to end before it can be told from luck.",
        change.more,
    ) % {"count": change.more}


def notes(effect: Effect) -> list[str]:
    """Return what has to be known to read the comparison: what was set apart, what came before it was adopted, what
    else changed that day."""
    pair = effect.compared
    if pair is None:
        return []
    found = []
    if pair.set_apart:
        found.append(
            ngettext(
                "The %(count)d in a row just before that did not work out is set apart: it is why something was "
                "changed, and after such a row things tend to get better by themselves.",
                "The %(count)d in a row just before that did not work out are set apart: they are why something was "
                "changed, and after such a row things tend to get better by themselves.",
                pair.set_apart,
            )
            % {"count": pair.set_apart}
        )
    if pair.in_hindsight:
        found.append(_in_hindsight(pair.in_hindsight))
    if effect.others:
        named = "; ".join(title(one) for one in effect.others)
        found.append(
            gettext("On the same day something else changed: %(names)s. What each of them did cannot be told apart.")
            % {"names": named}
        )
    return found


def _in_hindsight(count: int) -> str:
    words = ngettext(
        "Of the ends known after it, %(count)d belongs to an introduction that had come already when you adopted "
        "it. That measures only if the first day is the one on which you changed something: a day chosen by what "
        "came of it would let luck look like more.",
        "Of the ends known after it, %(count)d belong to introductions that had come already when you adopted "
        "it. That measures only if the first day is the one on which you changed something: a day chosen by what "
        "came of it would let luck look like more.",
        count,
    )
    return words % {"count": count}


def compared_over(pair: Compared) -> str:
    """Say which two periods are compared."""
    named = {"before": span(pair.before), "after": span(pair.after)}
    return (
        gettext(
            "The introductions %(before)s are compared with those %(after)s, by the day of the introduction. Whenever "
            "a correction begins or ends, a new period begins: none counts twice."
        )
        % named
    )
