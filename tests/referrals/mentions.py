"""What the three asks must say to their person, whichever language and body is read (R6b, R45)."""

from __future__ import annotations

from entremise.protocol.types import Kind
from tests.referrals.letter_cases import BRIEF, DIGITS, TRADE, URL

ASKS = (Kind.RECEIVER, Kind.PRINCIPLE, Kind.NAME)
EVERY = frozenset(ASKS)
FIRST = frozenset({Kind.RECEIVER, Kind.PRINCIPLE})
RECEIVERS = frozenset({Kind.RECEIVER})
PRINCIPLE = frozenset({Kind.PRINCIPLE})
NAME = frozenset({Kind.NAME})
# What must be said, to whom, in French and in English; words between bars are each enough.
MENTIONS: tuple[tuple[str, frozenset[Kind], str, str], ...] = (
    ("who asks, in full", EVERY, "Hélène Vasseur (Cabinet d'Ainay)", "Hélène Vasseur (Cabinet d'Ainay)"),
    ("the need", EVERY, BRIEF["fr"], BRIEF["en"]),
    ("the giver's note", EVERY, "Quarante couverts, ouvert le midi.", "Quarante couverts, ouvert le midi."),
    ("that it is a recommendation", EVERY, "personne à personne", "one person’s recommendation"),
    ("that it sells nothing", EVERY, "pas une publicité", "advertisement"),
    ("why them", EVERY, "Pourquoi vous", "Why you"),
    ("the commission", EVERY, "touche une commission", "earns a commission"),
    (
        "that their name may be given",
        RECEIVERS,
        "Votre nom et celui de votre entreprise pourront être donnés",
        "Your name and your company’s may be given",
    ),
    ("that nobody else gets it", RECEIVERS, "à elle seule", "to nobody else"),
    (
        "that the other side is unknown",
        RECEIVERS,
        "Rien ici ne dit qui est l’autre",
        "Nothing here tells you who the other",
    ),
    ("that the other side agreed", PRINCIPLE, "sans savoir qui vous êtes", "without knowing who you are"),
    ("the trade", PRINCIPLE, TRADE["fr"], TRADE["en"]),
    ("that the yes holds for the need", PRINCIPLE, "Il vaut pour ce besoin", "It holds for this need"),
    (
        "that nothing leaves before the name",
        PRINCIPLE,
        "avant que vous l’ayez lu et confirmé",
        "before you have read it and confirmed",
    ),
    ("the name", NAME, "Inès Navarro (Air & Conduits)", "Inès Navarro (Air & Conduits)"),
    (
        "what the receiver gets",
        NAME,
        "Inès Navarro reçoit votre nom, celui de votre entreprise",
        "Inès Navarro receives your name, your company’s",
    ),
    ("the reason that would be passed on", NAME, "« Refaire la ventilation »", "“Refaire la ventilation”"),
    ("the no that names a person", NAME, "pas avec cette personne", "not with this person"),
    ("a yes", FIRST, "Si vous dites oui", "If you say yes"),
    ("a confirmation", NAME, "Si vous confirmez", "If you confirm"),
    ("nothing", EVERY, "Un rappel peut suivre, un seul au plus", "One reminder may follow, and no more"),
    (
        "that a no is not told",
        EVERY,
        "n’apprend pas votre non, sauf si vous le choisissez",
        "does not learn of your no, unless you choose to say so",
    ),
    ("that a yes is told", FIRST, "Hélène Vasseur apprend votre oui", "Hélène Vasseur learns of your yes"),
    ("until when", EVERY, "mardi 3 mars à 11 h 42 (Paris)", "Tuesday 3 March at 11:42 (Paris)"),
    ("the hold", EVERY, "ne prend effet qu’après un court délai", "takes effect only after a short while"),
    ("the way back", EVERY, "le reprendre|la reprendre", "take it back"),
    ("that opening decides nothing", EVERY, "Ouvrir le lien ne décide de rien", "Opening the link decides nothing"),
    ("that a reply decides nothing", EVERY, "répondre à ce message non plus", "neither does replying to this message"),
    ("the digits", EVERY, DIGITS, DIGITS),
    ("the link", EVERY, URL, URL),
    ("where it was found", EVERY, "carnet d’adresses tenu par Hélène Vasseur", "address book kept by Hélène Vasseur"),
    ("their own address", EVERY, "ines@example.org|marc@example.org", "ines@example.org|marc@example.org"),
    (
        "their own company",
        EVERY,
        "(Air & Conduits)|(Le Comptoir des Halles)",
        "(Air & Conduits)|(Le Comptoir des Halles)",
    ),
    ("correcting", EVERY, "permet de les corriger", "lets you correct them"),
    ("refusing", EVERY, "toutes celles de ce site", "any at all from this site"),
    ("peace", EVERY, "Ne plus recevoir de messages de ce site", "No more messages from this site"),
)
