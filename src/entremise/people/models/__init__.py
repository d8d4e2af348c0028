"""The tables of address books and of what hangs on them, a file for each kind of thing."""

from entremise.people.models.asking import Ask, AskOverruling
from entremise.people.models.bonds import Bond, Interaction
from entremise.people.models.book import Contact, ContactImport, ContactWay
from entremise.people.models.handing import Handing
from entremise.people.models.profiles import Profile, ProfileReader, ProfileVersion
from entremise.people.models.reach import AgreedBook, Overlap

__all__ = [
    "AgreedBook",
    "Ask",
    "AskOverruling",
    "Bond",
    "Contact",
    "ContactImport",
    "ContactWay",
    "Handing",
    "Interaction",
    "Overlap",
    "Profile",
    "ProfileReader",
    "ProfileVersion",
]
