"""The tables of address books and of what hangs on them, a file for each kind of thing."""

from entremise.people.models.asking import Ask, AskOverruling
from entremise.people.models.attentions import Agreement, AttentionHabits, AttentionWish, Lunch, YearCard
from entremise.people.models.bonds import Bond, Interaction
from entremise.people.models.book import Contact, ContactImport, ContactWay
from entremise.people.models.handing import Handing
from entremise.people.models.profiles import Profile, ProfileReader, ProfileVersion
from entremise.people.models.reach import AgreedBook, Overlap

__all__ = [
    "AgreedBook",
    "Agreement",
    "Ask",
    "AskOverruling",
    "AttentionHabits",
    "AttentionWish",
    "Bond",
    "Contact",
    "ContactImport",
    "ContactWay",
    "Handing",
    "Interaction",
    "Lunch",
    "Overlap",
    "Profile",
    "ProfileReader",
    "ProfileVersion",
    "YearCard",
]
