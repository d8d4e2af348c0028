"""What Hélène remembers of the time before her notebook, and what she learns from it (R23b, R26–R28)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from entremise.demo.people import HELENE, OTHERS, Somebody
from entremise.demo.stage import Stage
from entremise.people.queries.profiles import ProfileText
from entremise.protocol.correction import CorrectionKind
from entremise.protocol.diagnosis import Question, Said
from entremise.protocol.relevance import Availability
from entremise.protocol.types import Outcome
from entremise.referrals.actions import gratitude
from entremise.referrals.queries.outside import Direction
from entremise.referrals.queries.reviews import Reply

_Noted = tuple[int, str, str, Outcome]
# Days before it is noted; who recommended her; to whom; how it ended.
_BEFORE: tuple[_Noted, ...] = (
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
    (30, "Humbert", "Bailly", Outcome.SET_ASIDE),
)
_AFTER: tuple[_Noted, ...] = (
    (37, "Ollier", "Fabre", Outcome.WON),
    (30, "Ferrand", "Drouet", Outcome.WON),
    (23, "Klein", "Bonnet", Outcome.LOST),
    (15, "Humbert", "Etienne", Outcome.WON),
    (9, "Klein", "Lefort", Outcome.NO_NEED),
)
# Whom she recommended herself, before she had a notebook.
_GIVEN: tuple[_Noted, ...] = (
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
_PROFILE = ProfileText(
    services=("Comptes annuels et déclarations", "Tableau de bord chaque trimestre"),
    client_kinds=("restaurant", "small-business"),
    areas=("FR-69123",),
    availability=Availability.FREE,
    listen_for=("« Je ne sais pas ce qui me reste à la fin du mois »",),
    introduced="Un café à trois, ou un simple message.",
)
_REPLIES: dict[Question | str, Reply] = {
    Question.MESSAGE: Reply(said=Said.NO, words="On me découvre trop chère, une fois sur deux."),
    Question.CHECKED: Reply(said=Said.PARTLY, words="Je n’ose pas demander."),
    Question.MARKETS: Reply(said=Said.YES),
    Question.TAUGHT: Reply(said=Said.PARTLY),
}


def remember(stage: Stage) -> None:
    """Hélène writes her profile, hands it on, and notes what the year before brought her."""
    stage.write_profile(HELENE, _PROFILE)
    stage.hand_on(HELENE, [_OTHERS["Ollier"], _OTHERS["Klein"]])
    _note(stage, Direction.RECEIVED, _BEFORE)
    _note(stage, Direction.GIVEN, _GIVEN)


def learn(stage: Stage) -> None:
    """After three that came to nothing she answers the four questions, names her prices, and asks to look back."""
    review = stage.answer_questions(HELENE, _REPLIES)
    priced = {"floor": 1800, "floor_words": "À partir de 1 800 € par an, selon le nombre de pièces."}
    stage.change_profile(HELENE, **priced)
    stage.adopt(HELENE, CorrectionKind.NAME_PRICES, review=review)
    stage.wants_look_back(HELENE)


def remember_since(stage: Stage) -> None:
    """Some weeks later she notes what has come since."""
    _note(stage, Direction.RECEIVED, _AFTER)


def _note(stage: Stage, direction: Direction, noted: Iterable[_Noted]) -> None:
    for days, other, client, outcome in noted:
        _note_one(stage, direction, _OTHERS[other], _OTHERS[client], days=days, outcome=outcome)


def _note_one(
    stage: Stage, direction: Direction, other: Somebody, client: Somebody, *, days: int, outcome: Outcome
) -> None:
    uid = stage.noted(HELENE, direction, other, client, ago=timedelta(days=days))
    if direction is Direction.RECEIVED:
        stage.say_outside(HELENE, uid, gratitude.THANKS, "Merci d’avoir pensé à moi.")
    stage.say_outside(HELENE, uid, gratitude.OUTCOME, _WORDS[outcome], outcome=outcome)
