"""The two hidden people, each in two guises that share nothing: names of other lengths, other ways."""

from __future__ import annotations

from datetime import date

from entremise.people.queries import ContactDraft, Kind, Way, WayKind
from entremise.protocol.checklist import Sheet
from entremise.protocol.types import Role
from entremise.protocol.types import Way as Preferred


def _ways(*pairs: tuple[WayKind, str]) -> tuple[Way, ...]:
    return tuple(Way(kind=kind, value=value) for kind, value in pairs)


MARC_A = ContactDraft(
    given_name="Marc", family_name="Delaunay", company="Le Cèdre Bleu", position="Gérant",
    kinds=frozenset({Kind.CLIENT}), trade="", trade_text="Restaurateur", area="FR-69123",
    notes="Déjeune tôt, aime le jazz", preferred="mobile", best_time="le matin", language="fr",
    how_met="Au marché de la Croix-Rousse", met_on=date(2024, 3, 1), vcard_uid="urn:uuid:marc-1",
    ways=_ways((WayKind.EMAIL, "marc@cedre-bleu.example"), (WayKind.MOBILE, "06 98 76 54 32")),
)  # fmt: skip
MARC_B = ContactDraft(
    given_name="Apolline-Victoire", family_name="de Montferrand-Castelnau", company="Auberge du Pont Levant & Fils",
    position="Présidente", kinds=frozenset({Kind.FRIEND, Kind.SUPPLIER, Kind.CLIENT}), trade="lawyer",
    trade_text="Traiteur de réceptions", area="FR-33063", notes="Ne jamais appeler le jeudi ; deux enfants ; vélo",
    preferred="email", best_time="après dix-huit heures", booking="par sa secrétaire", language="en",
    how_met="Par le club d'aviron, un soir d'orage", met_on=date(2011, 11, 30), vcard_uid="x",
    ways=_ways(
        (WayKind.EMAIL, "apolline.victoire@auberge-du-pont-levant.example"),
        (WayKind.EMAIL, "perso@montferrand.example"),
        (WayKind.PHONE, "04 56 78 90 12"),
        (WayKind.LINK, "https://auberge-du-pont-levant.example/equipe"),
        (WayKind.ADDRESS, "3 quai des Tanneurs, 33000 Bordeaux"),
    ),
)  # fmt: skip
INES_A = ContactDraft(
    given_name="Inès", family_name="Moreau", company="Moreau Ventilation", kinds=frozenset({Kind.COLLEAGUE}),
    trade="ventilation-engineer", area="FR-69123", does="Cuisines professionnelles", does_not="Pas de maisons",
    notes="Répond vite", preferred="mobile", best_time="", language="fr", how_met="Par François",
    met_on=date(2026, 3, 2),
    ways=_ways((WayKind.EMAIL, "ines@moreau-ventilation.example"), (WayKind.MOBILE, "06 12 34 56 78")),
)  # fmt: skip
INES_B = ContactDraft(
    given_name="Bartholomé", family_name="Quévillon-Ostrowski", company="Souffle d'Altitude, atelier d'aéraulique",
    position="Fondateur", kinds=frozenset({Kind.FRIEND, Kind.SUPPLIER}), trade="", trade_text="Aéraulicien d'art",
    area="FR-74010", does="Hottes sur mesure, désenfumage, conseil", does_not="Ni piscines ni tunnels",
    notes="Parle fort, très fiable, déteste les réunions du lundi", preferred="email", best_time="entre midi et deux",
    booking="https://souffle-altitude.example/rendez-vous", language="en", how_met="Salon de la montagne",
    met_on=date(2003, 7, 14), vcard_uid="urn:uuid:barth-77",
    ways=_ways(
        (WayKind.EMAIL, "b@souffle-altitude.example"), (WayKind.PHONE, "04 50 11 22 33"),
        (WayKind.LINK, "https://reseau.example/in/bartholome-q"), (WayKind.ADDRESS, "1 rue du Lac, 74000 Annecy"),
    ),
)  # fmt: skip

SHEETS = {
    "marc@cedre-bleu.example": Sheet(
        role=Role.CLIENT, name="Marc Delaunay", way=Preferred.PHONE, details="06 98 76 54 32", best_time="le matin",
        reason="Refaire la ventilation", budget="",
    ),
    "apolline.victoire@auberge-du-pont-levant.example": Sheet(
        role=Role.CLIENT, name="Apolline V. de Montferrand-Castelnau", way=Preferred.MESSAGE,
        details="@apolline.pontlevant", best_time="le soir, tard", reason="Une extraction silencieuse sous verrière",
        budget="quarante mille euros",
    ),
    "ines@moreau-ventilation.example": Sheet(
        role=Role.RECEIVER, name="Inès Moreau", way=Preferred.PHONE, details="06 12 34 56 78",
    ),
    "b@souffle-altitude.example": Sheet(
        role=Role.RECEIVER, name="B. Quévillon-Ostrowski", way=Preferred.MAIL, details="b@souffle-altitude.example",
        best_time="entre midi et deux", booking="par le site",
    ),
}  # fmt: skip


def address(draft: ContactDraft) -> str:
    """Return the address that a request to this person goes to."""
    return next(way.value for way in draft.ways if way.kind is WayKind.EMAIL)
