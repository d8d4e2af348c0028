"""What Hélène remembers of the year before she opened her notebook: referrals that arrived outside, and their ends."""

from __future__ import annotations

from datetime import timedelta

from entremise.demo.people import HELENE, OTHERS, Somebody
from entremise.demo.stage import Stage
from entremise.protocol.types import Outcome
from entremise.referrals.actions import gratitude
from entremise.referrals.queries.outside import Direction

# Days before the notebook was opened; who recommended her; to whom; how it ended.
_RECEIVED = (
    (282, "Ollier", "Weber", Outcome.WON),
    (257, "Humbert", "Imbert", Outcome.LOST),
    (233, "Klein", "Touati", Outcome.NO_NEED),
    (202, "Ollier", "Vidal", Outcome.WON),
    (184, "Ferrand", "Simon", Outcome.NEVER_REACHED),
    (162, "Klein", "Noël", Outcome.NOT_A_FIT),
    (143, "Ollier", "Xavier", Outcome.WON),
    (124, "Humbert", "Gharbi", Outcome.LOST),
    (102, "Ferrand", "Pons", Outcome.NOT_A_FIT),
    (88, "Klein", "Collet", Outcome.LOST),
    (67, "Ferrand", "Drouet", Outcome.NOT_A_FIT),
    (41, "Ollier", "Fabre", Outcome.WON),
    (30, "Humbert", "Bailly", Outcome.SET_ASIDE),
    (19, "Klein", "Bonnet", Outcome.LOST),
)
# Whom she recommended herself, before she had a notebook.
_GIVEN = (
    (210, "Bonnet", "Pons", Outcome.WON),
    (150, "Etienne", "Weber", Outcome.WON),
    (95, "Touati", "Simon", Outcome.LOST),
)
_OTHERS = {one.family: one for one in OTHERS}
_WORDS = {
    Outcome.WON: "Nous travaillons ensemble depuis.",
    Outcome.LOST: "Un confrère a été choisi, pour le prix.",
    Outcome.NO_NEED: "Le projet ne se fait pas.",
    Outcome.NOT_A_FIT: "Ce n’était pas mon métier.",
    Outcome.NEVER_REACHED: "Trois messages, sans réponse.",
    Outcome.SET_ASIDE: "Le projet attend l’an prochain.",
}


def remember(stage: Stage) -> None:
    """Hélène notes what the year before brought, on the day she opens her notebook (R23b, R26)."""
    for direction, noted in ((Direction.RECEIVED, _RECEIVED), (Direction.GIVEN, _GIVEN)):
        for days, other, client, outcome in noted:
            _note(stage, direction, _OTHERS[other], _OTHERS[client], days=days, outcome=outcome)


def _note(
    stage: Stage, direction: Direction, other: Somebody, client: Somebody, *, days: int, outcome: Outcome
) -> None:
    uid = stage.noted(HELENE, direction, other, client, ago=timedelta(days=days))
    if direction is Direction.RECEIVED:
        stage.say_outside(HELENE, uid, gratitude.THANKS, "Merci d’avoir pensé à moi.")
    stage.say_outside(HELENE, uid, gratitude.OUTCOME, _WORDS[outcome], outcome=outcome)
