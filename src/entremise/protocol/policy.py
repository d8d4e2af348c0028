"""Every number of the doctrine that can be set: its name, unit, default and rule, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any


def _number(default: Any, *, unit: str, rule: str, about: str) -> Any:
    return field(default=default, metadata={"unit": unit, "rule": rule, "about": about})


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The settings of the doctrine; `Policy()` holds its defaults."""

    hold: timedelta = _number(timedelta(minutes=15), unit="time", rule="R6", about="before a yes takes effect")
    hold_aloud: timedelta = _number(
        timedelta(hours=24), unit="time", rule="R8", about="before a yes given aloud takes effect; the longest hold"
    )
    window_least: int = _number(3, unit="days", rule="R6a", about="a request stands at least")
    window_most: int = _number(14, unit="days", rule="R6a", about="a request stands at most")
    actual_within: int = _number(90, unit="days", rule="R11", about="a need further away than this sleeps")
    now_means: int = _number(30, unit="days", rule="R11", about="until when a need of now, without a date, is real")
    thanks_within: int = _number(2, unit="working days", rule="R20", about="the receiver thanks the giver")
    contact_within: int = _number(2, unit="working days", rule="R20", about="the receiver contacts the client")
    evaluation_after: int = _number(
        30, unit="days", rule="R14", about="from an introduction to its evaluation, for a trade without a number"
    )
    evaluation_stands: int = _number(30, unit="days", rule="R14", about="an evaluation can be answered and changed")
    news_every: int = _number(14, unit="days", rule="R21", about="the receiver gives news while it is open")
    digits_tries: int = _number(10, unit="tries", rule="R6", about="wrong digits before a link pauses")
    digits_pause: timedelta = _number(timedelta(hours=1), unit="time", rule="R6", about="how long a link pauses first")
    digits_pause_most: timedelta = _number(timedelta(hours=24), unit="time", rule="R6", about="and at most, doubling")
    open_requests: int = _number(1, unit="requests", rule="R46", about="open at once for a person who has not answered")
    unanswered_most: int = _number(2, unit="requests", rule="R46", about="left unanswered by one person")
    unanswered_within: int = _number(90, unit="days", rule="R46", about="over which unanswered requests count")
    given_a_day: int = _number(5, unit="referrals", rule="R46", about="a giver sends in a day")
    given_a_day_first: int = _number(2, unit="referrals", rule="R46", about="a day until the first introduction")
    given_a_week: int = _number(20, unit="referrals", rule="R46", about="a giver sends in seven days")
    accepted_open: int = _number(5, unit="requests", rule="R46", about="a receiver's open acceptances at once")
    watched_within: int = _number(30, unit="days", rule="R46", about="over which the owner sees abuse")
    watched_from: int = _number(5, unit="requests", rule="R46", about="a member sends before their figures are shown")
    watched_refusals: int = _number(2, unit="refusals", rule="R46", about="of a member that show their figures")
    watched_among: int = _number(3, unit="members", rule="R46", about="others, or figures of one would be a name")
    town_least: int = _number(20_000, unit="inhabitants", rule="R4", about="the smallest town a brief may name")
    note_longest: int = _number(400, unit="characters", rule="R4", about="the brief's free note")
    name_longest: int = _number(60, unit="characters", rule="R6b", about="a name as shown to a stranger")
    invitation_stands: int = _number(14, unit="days", rule="R46", about="an invitation to become a member stands")
    invitations_a_day: int = _number(10, unit="invitations", rule="R46", about="a member sends in a day")
    invitation_letters: int = _number(
        2, unit="letters", rule="R46", about="one person receives about becoming a member, within 90 days"
    )
    outside_letters: int = _number(
        5, unit="letters", rule="R46", about="of a member's to the giver of a referral from outside, in seven days"
    )
    reminders: int = _number(1, unit="letters", rule="R6c", about="reminding of a request; none under Canada's law")
    writes_first: bool = _number(
        True, unit="yes or no", rule="R6c", about="to people who are not members; not under the strict profile"
    )
    unfinished_kept: int = _number(
        30, unit="days", rule="R48", about="the parties' details of a referral that did not conclude, from its closing"
    )
    outside_back: int = _number(
        730, unit="days", rule="R23b", about="a referral from outside can be noted after it arrived"
    )
    sleeps_most: int = _number(730, unit="days", rule="R11", about="a need may sleep at most")
    leads_unanswered: int = _number(
        2, unit="leads", rule="R46", about="open at once for a person who is not a member and has answered none"
    )
    leads_kept: int = _number(180, unit="days", rule="R48", about="a lead")
    proof_texts_kept: int = _number(3 * 365, unit="days", rule="R48", about="the texts of proofs of consent")
    rights_link_stands: timedelta = _number(
        timedelta(hours=1), unit="time", rule="R45", about="the link that shows somebody what is held about them"
    )
    rights_links_a_day: int = _number(3, unit="links", rule="R45", about="of that kind for one address")
    leaving_waits: int = _number(7, unit="days", rule="R47", about="between a member's word and their leaving")
    solid_from: int = _number(60, unit="points of 100", rule="R30", about="of solidity, from which a bond is solid")
    own_bond_after: int = _number(
        365, unit="days", rule="R38", about="known, after which a solid bond needs no referrer's permission"
    )
    ask_again: int = _number(180, unit="days", rule="R32", about="of silence after an ask")
    does_not_refer_from: int = _number(
        70, unit="percent", rule="R34", about="of probability, from which a client who was asked in vain is left alone"
    )
    rule_weighs: int = _number(10, unit="clients", rule="R34", about="as which 20–60–20 counts beside one's own")
    rhythm_solid: int = _number(30, unit="days", rule="R43", about="between two contacts, from 80 points of solidity")
    rhythm_firm: int = _number(60, unit="days", rule="R43", about="and from 60 points")
    rhythm_young: int = _number(90, unit="days", rule="R43", about="and from 30 points")
    rhythm_loose: int = _number(180, unit="days", rule="R43", about="and below")
    ambassador_from: int = _number(2, unit="referrals", rule="R35", about="received unasked, make an ambassador")
    cards_a_year: int = _number(20, unit="people", rule="R24", about="get a paper card before the New Year")
    cards_from: int = _number(47, unit="days", rule="R24", about="before the New Year, when it is time for the cards")
    lunches: int = _number(5, unit="people", rule="R24", about="are asked to lunch from time to time")
    lunch_not_before: int = _number(122, unit="days", rule="R24", about="between two lunches with the same person")
    lunch_due_after: int = _number(365, unit="days", rule="R24", about="after which a lunch is due")
    sphere_of_each: int = _number(250, unit="people", rule="R36", about="whom each contact stands for")
    overlap_least: int = _number(
        20, unit="contacts", rule="R36", about="the smallest address book, or overlap, that is counted"
    )
    overlap_most: int = _number(2_000, unit="contacts", rule="R36", about="of one address book that are counted")
    overlap_books: int = _number(5, unit="books", rule="R36", about="the fewest that are counted together")
    overlap_noise: int = _number(20, unit="people", rule="R36", about="the scale of the noise in what is counted")
    sphere_pool: int = _number(
        20_000, unit="people", rule="R36", about="among whom one's contacts live, assumed where no books tell"
    )
    sphere_shared: int = _number(
        30, unit="percent", rule="R36", about="of whom a contact knows, assumed to belong to the circle they all share"
    )
    sphere_circle: int = _number(500, unit="people", rule="R36", about="assumed to make up that circle")
    promote_within: int = _number(7, unit="days", rule="R41", about="the receiver says a good word about the giver")
    batch_judged: int = _number(
        3, unit="introductions", rule="R14", about="at least, of which the parties' answers are told together"
    )
    percent_from: int = _number(5, unit="ends", rule="R26", about="known, before a rate is said in percent")
    rank_from: int = _number(10, unit="ends", rule="R26", about="known, before a rate is ranked among others")
    streak_from: int = _number(3, unit="failures", rule="R27", about="in a row open the four questions")
    review_open: int = _number(
        10, unit="days", rule="R27", about="into the next month in which a month's questions stay open"
    )
    profile_old: int = _number(
        365, unit="days", rule="R27", about="without a change, from which a profile counts as old"
    )
    batch_givers: int = _number(
        3, unit="givers", rule="R12", about="at least, or a count of what they overruled would be a name"
    )
    overruled_within: int = _number(
        365, unit="days", rule="R12", about="back, in which what givers overruled is counted"
    )
    correction_back: int = _number(
        365, unit="days", rule="R28", about="a correction can be adopted after its first day"
    )
    likely_from: int = _number(99, unit="percent", rule="R28", about="of probability, before a change is called likely")
    power: int = _number(
        80,
        unit="percent",
        rule="R28",
        about="of chance to be told, with as many more referrals as are said to be needed",
    )
    more_most: int = _number(
        1_000, unit="ends", rule="R28", about="more at most, of which it is said how many are needed"
    )


@dataclass(frozen=True)
class Number:
    """One setting of the doctrine, as the reference page lists it."""

    name: str
    default: object
    unit: str
    rule: str
    about: str


def numbers() -> tuple[Number, ...]:
    """Return every number with its unit, default and rule, in the order of `Policy`."""
    return tuple(
        Number(f.name, f.default, f.metadata["unit"], f.metadata["rule"], f.metadata["about"]) for f in fields(Policy)
    )


DEFAULT = Policy()

# What each law changes about the numbers (R6c); what it wants said is in `entremise.protocol.law`.
UNDER: Mapping[str, Policy] = {
    "fr": DEFAULT,
    "eu-strict": replace(DEFAULT, writes_first=False),
    "ca": replace(DEFAULT, reminders=0),
}


def under(law: str) -> Policy:
    """Return the doctrine's numbers under a law profile. Raises KeyError for one that does not exist."""
    return UNDER[law]
