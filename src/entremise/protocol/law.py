"""What each law wants a letter to say: mandatory mentions, by profile and by kind of letter (R6b, R45).

The words are in the templates of mails; which of them must be there is decided here, and nowhere else. The numbers
that a profile changes are in `entremise.protocol.policy.UNDER`.

    fr         France and the European Union: GDPR, articles 13 and 14; CPCE, article L34-5.
    eu-strict  the same, where a first message to somebody who never asked for one is forbidden.
    ca         Canada and Québec: CASL, section 6(2), and its regulation SOR/2013-221, section 4 (one message after a
               referral, which names the person who referred); PIPEDA, schedule 1; Québec's Law 25.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

FR, EU_STRICT, CA = "fr", "eu-strict", "ca"
PROFILES = (FR, EU_STRICT, CA)


class Mention(StrEnum):
    """One thing a letter must say."""

    RESPONSIBLE = "responsible"  # who is responsible, and how to write to them
    POSTAL = "postal"  # the postal address of whoever sends
    BEHALF = "behalf"  # on whose behalf it is sent
    PURPOSE = "purpose"  # what it is for
    GROUND = "ground"  # by what right
    HELD = "held"  # what is held about the reader
    SOURCE = "source"  # where that comes from
    KEPT = "kept"  # for how long
    RIGHTS = "rights"  # what the reader can demand, and where
    COMPLAINT = "complaint"  # the authority that hears complaints
    SILENCE = "silence"  # how to receive no more of them
    DELAY = "delay"  # by when that takes effect
    CHOICE = "choice"  # where a member chooses which letters come


class Sort(StrEnum):
    """What a letter is to its reader."""

    ASK = "ask"  # it asks somebody something, or acknowledges their answer; they need never have heard of this site
    INVITATION = "invitation"  # it asks somebody to become a member
    TOLD = "told"  # it tells somebody something unasked, and says by itself what is held, by what right, how long
    FOLLOWING = "following"  # it follows what its reader answered or agreed to
    ASKED = "asked"  # it brings what its reader has just asked this site for
    OWN = "own"  # to a member, about what is theirs
    ACCOUNT = "account"  # to somebody who is signing in, or about what opens their account


_M = Mention
_FIRST = frozenset(
    {
        _M.RESPONSIBLE, _M.BEHALF, _M.PURPOSE, _M.GROUND, _M.HELD, _M.SOURCE, _M.KEPT, _M.RIGHTS, _M.COMPLAINT,
        _M.SILENCE,
    }
)  # fmt: skip
_FOLLOWING = frozenset({_M.RESPONSIBLE, _M.BEHALF, _M.RIGHTS, _M.COMPLAINT})
_EUROPE: Mapping[Sort, frozenset[Mention]] = {
    Sort.ASK: _FIRST,
    Sort.INVITATION: _FIRST,
    Sort.TOLD: _FIRST,
    Sort.FOLLOWING: _FOLLOWING,
    Sort.ASKED: frozenset({_M.RESPONSIBLE, _M.RIGHTS, _M.COMPLAINT}),
    Sort.OWN: frozenset({_M.RESPONSIBLE, _M.CHOICE}),
    Sort.ACCOUNT: frozenset({_M.RESPONSIBLE}),
}
# CASL lets one write again to somebody who answered, but every message says how to stop them (section 6(2)(c)).
_STOP = frozenset({_M.SILENCE, _M.DELAY})
_CANADA: Mapping[Sort, frozenset[Mention]] = {
    sort: wanted | {_M.POSTAL} | (_STOP if _M.BEHALF in wanted else frozenset()) for sort, wanted in _EUROPE.items()
}
WANTED: Mapping[str, Mapping[Sort, frozenset[Mention]]] = {FR: _EUROPE, EU_STRICT: _EUROPE, CA: _CANADA}

# The letters, by the names of their templates. One that is not here is taken for a FOLLOWING one, and a test fails.
LETTERS: Mapping[str, Sort] = {
    "insights/review": Sort.OWN,
    "account/address_code": Sort.ACCOUNT,
    "account/address_moved": Sort.ACCOUNT,
    "account/invitation": Sort.INVITATION,
    "account/looked": Sort.ACCOUNT,
    "account/notice": Sort.ACCOUNT,
    "account/sign_in_code": Sort.ACCOUNT,
    "referral/ask_permission": Sort.ASK,
    "referral/ask_receiver": Sort.ASK,
    "referral/ask_principle": Sort.ASK,
    "referral/ask_name": Sort.ASK,
    "referral/receipt": Sort.ASK,
    "referral/answer": Sort.FOLLOWING,
    "referral/details_corrected": Sort.FOLLOWING,
    "referral/evaluation": Sort.FOLLOWING,
    "referral/introduction_client": Sort.FOLLOWING,
    "referral/introduction_receiver": Sort.FOLLOWING,
    "referral/introduction_referrer": Sort.FOLLOWING,
    "referral/not_concluded": Sort.FOLLOWING,
    "referral/promotion": Sort.FOLLOWING,
    "referral/promotion_told": Sort.FOLLOWING,
    "referral/lead": Sort.TOLD,
    "referral/outside_word": Sort.TOLD,
    "referral/details_wrong": Sort.OWN,
    "referral/digest": Sort.OWN,
    "referral/introduction_giver": Sort.OWN,
    "referral/lead_word": Sort.OWN,
    "referral/question": Sort.OWN,
    "referral/told_no": Sort.OWN,
    "referral/told_yes": Sort.OWN,
    "referral/word": Sort.OWN,
    "rights/link": Sort.ASKED,
    "rights/removal": Sort.OWN,
}


def sort(letter: str, *, to_member: bool = False) -> Sort:
    """Return what the letter with this template is to its reader; one that also goes to givers is then their own."""
    found = LETTERS.get(letter, Sort.FOLLOWING)
    return Sort.OWN if to_member and found is Sort.FOLLOWING else found


def wanted(profile: str, sort: Sort) -> frozenset[Mention]:
    """Return what a letter of this sort must say under a profile. Raises KeyError for an unknown profile."""
    return WANTED[profile][sort]
