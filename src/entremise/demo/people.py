"""Invented people of an invented network around Lyon. No address here belongs to anybody (RFC 2606)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Somebody:
    """One invented person: names, company, trade of the list, mail address, telephone, kinds of contact."""

    given: str
    family: str
    company: str
    trade: str
    email: str
    phone: str = ""
    kinds: str = "colleague"
    does: str = ""
    does_not: str = ""

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.given} {self.family}"


HELENE = Somebody("Hélène", "Vasseur", "Vasseur Conseil", "accountant", "helene@vasseur-conseil.example")
INES = Somebody(
    "Inès", "Moreau", "Moreau Ventilation", "ventilation-engineer", "ines@moreau-ventilation.example",
    "06 12 34 56 78", does="Ventilation de cuisines professionnelles", does_not="Pas de maisons individuelles",
)  # fmt: skip
MARC = Somebody(
    "Marc", "Delaunay", "Le Cèdre Bleu", "restaurant-owner", "marc@cedre-bleu.example", "06 98 76 54 32", "client"
)
FRANCOIS = Somebody("François", "Lacaze", "Atelier Lacaze", "architect", "francois@atelier-lacaze.example")
CLAIRE = Somebody("Claire", "Dumas", "Étude Dumas", "notary", "claire@etude-dumas.example")
NATHAN = Somebody("Nathan", "Roche", "Roche & Code", "web-developer", "nathan@roche-code.example")
AWA = Somebody("Awa", "Diallo", "Diallo Formation", "corporate-trainer", "awa@diallo-formation.example")
KARIM = Somebody("Karim", "Benali", "Benali Assurances", "insurance-broker", "karim@benali-assurances.example")

MEMBERS = (HELENE, FRANCOIS, CLAIRE, NATHAN, AWA, KARIM)

# People without an account, whom the members know and recommend each other to.
CLIENTS = (
    Somebody(
        "Léa", "Fournier", "Maison Fournier", "florist", "lea@maison-fournier.example", "06 11 22 33 44", "client"
    ),
    Somebody(
        "Paul", "Girard", "Girard Menuiserie", "joiner", "paul@girard-menuiserie.example", "06 22 33 44 55", "client"
    ),
    Somebody("Sarah", "Cohen", "Cabinet Cohen", "physiotherapist", "sarah@cabinet-cohen.example", "", "client"),
    Somebody("Hugo", "Perrin", "Perrin Vins", "wine-merchant", "hugo@perrin-vins.example", "06 33 44 55 66", "client"),
    Somebody("Nadia", "Haddad", "Haddad Traiteur", "caterer", "nadia@haddad-traiteur.example", "", "client"),
    Somebody(
        "Thomas", "Blanc", "Blanc Transport", "haulier", "thomas@blanc-transport.example", "06 44 55 66 77", "client"
    ),
    Somebody("Camille", "Rey", "Camille Rey Photo", "photographer", "camille@rey-photo.example", "", "client"),
    Somebody("Yann", "Le Goff", "Le Goff Vélos", "bicycle-retailer", "yann@legoff-velos.example", "", "client"),
    Somebody("Zoé", "Marchand", "Librairie Marchand", "bookseller", "zoe@librairie-marchand.example", "", "client"),
    Somebody("Antoine", "Faure", "Faure Immobilier", "estate-agent", "antoine@faure-immobilier.example", "", "client"),
)

# The rest of the address books: given name, family name, company, trade.
_OTHERS = """
Alice|Bonnet|Bonnet Paysages|landscape-gardener
Bruno|Chevalier|Chevalier Électricité|electrician
Cécile|Da Silva|Da Silva Rénovation|general-builder
Damien|Etienne|Etienne Plomberie|plumber
Élise|Ferrand|Ferrand Communication|communication-agency
Farid|Gharbi|Gharbi Carrelage|tiler
Gaëlle|Humbert|Humbert Recrutement|recruiter
Henri|Imbert|Imbert Charpente|carpenter
Isabelle|Joly|Joly Traduction|translator
Julien|Klein|Klein Cybersécurité|cybersecurity-expert
Karine|Lefort|Lefort Coaching|business-coach
Loïc|Mercier|Mercier Toitures|roofer
Marion|Noël|Noël Graphisme|graphic-designer
Nicolas|Ollier|Ollier Avocats|business-lawyer
Odile|Pons|Pons Sophrologie|sophrologist
Patrick|Quentin|Quentin Déménagement|mover
Rachel|Simon|Simon Ostéopathie|osteopath
Samir|Touati|Touati Nettoyage|housekeeper
Tiphaine|Urbain|Urbain Architecture|interior-designer
Ulysse|Vidal|Vidal Solaire|solar-installer
Valérie|Weber|Weber Finances|wealth-adviser
William|Xavier|Xavier Vidéo|videographer
Yasmine|Amrani|Amrani Événements|event-organiser
Zacharie|Bailly|Bailly Métallerie|metalworker
Agathe|Collet|Collet Psychologie|psychologist
Benoît|Drouet|Drouet Jardins|tree-surgeon
Charlotte|Evrard|Evrard Paie|payroll-provider
Denis|Fabre|Fabre Géomètre|land-surveyor
""".strip()


def _folded(word: str) -> str:
    plain = {"é": "e", "è": "e", "ë": "e", "ï": "i", "î": "i", "É": "e", " ": "-"}
    return "".join(plain.get(letter, letter) for letter in word).lower()


def _other(line: str) -> Somebody:
    given, family, company, trade = line.split("|")
    return Somebody(given, family, company, trade, f"{_folded(given)}@{_folded(family)}.example")


OTHERS = tuple(_other(line) for line in _OTHERS.splitlines())
