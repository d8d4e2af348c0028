"""Tables of needs and referrals. Little is stored, the rest is derived; every change has its history row.

Names and texts live in contacts, parts and words, apart from facts, so that they can be erased while the
pseudonymous history stays (R47).
"""

from __future__ import annotations

from entremise.referrals.models.after import Ending, Evaluation, Word
from entremise.referrals.models.asking import Carried, Part, Proof, Question, Refused, Request, Silence
from entremise.referrals.models.learning import Correction
from entremise.referrals.models.needs import Draft, Moment, Need, Referral
from entremise.referrals.models.outside import Lead, Outside
from entremise.referrals.models.permissions import Standing
from entremise.referrals.models.reviews import OwnQuestion, Review, ReviewAnswer
from entremise.referrals.models.rights import Erasure, RightsLink

__all__ = [
    "Carried",
    "Correction",
    "Draft",
    "Ending",
    "Erasure",
    "Evaluation",
    "Lead",
    "Moment",
    "Need",
    "Outside",
    "OwnQuestion",
    "Part",
    "Proof",
    "Question",
    "Referral",
    "Refused",
    "Request",
    "Review",
    "ReviewAnswer",
    "RightsLink",
    "Silence",
    "Standing",
    "Word",
]
