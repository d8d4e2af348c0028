"""An evaluation never reaches the person evaluated: two worlds that differ in an answer alone (R4, R14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from entremise.protocol.evaluation import Again, Bond, Judgement, Match
from entremise.protocol.types import Outcome
from entremise.referrals.actions import evaluating
from entremise.referrals.actions.digits import Caller
from tests.cast import HELENE
from tests.wall import pairs
from tests.wall.observed import assert_equal
from tests.wall.staging import REFERENCE_EXAMPLE, Act, Scene, hours

ASKED = 24 * 31
GOOD = Judgement(match=Match.YES, bonds=Bond.STRONGER, again_receiver=Again.YES, again_client=Again.YES)
BAD = "bad, with words and an end"
BAD_OPEN = "bad, with words and no end"
SAID: Mapping[str, Judgement | None] = {
    "nothing": None,
    "good": GOOD,
    BAD: Judgement(
        match=Match.NO,
        bonds=Bond.WEAKER,
        again_receiver=Again.NO,
        again_client=Again.NO,
        outcome=Outcome.NOT_A_FIT,
        words="Inès n’est pas venue, Marc non plus.",
    ),
    BAD_OPEN: Judgement(match=Match.NO, bonds=Bond.WEAKER, words="Inès n’est pas venue, Marc non plus."),
}
# To the giver goes how it ended (R21), and figures about several introductions together: nothing else is theirs.
TO_THE_GIVER = ("nothing", "good", BAD_OPEN)
GRID = [*(hour for hour in hours(days=33) if hour >= ASKED - 24), ASKED + 1, ASKED + 25]
CLOSED = 24 * 62  # nobody can answer any more


def evaluates(who: str, said: Judgement | None) -> Act:
    """Somebody answers how the match was, through their own link; or nothing."""

    def act(scene: Scene) -> None:
        address = HELENE if who == "giver" else getattr(scene, "ines" if who == "receiver" else "marc")
        mail = next(mail for mail in scene.world.mails_to(address) if "/e/" in mail.text)
        if said is not None:
            caller = Caller(token=mail.token, digits=mail.digits)
            at = {"now": scene.world.now, "chance": scene.world.chance, "policy": scene.world.policy}
            evaluating.answer(caller=caller, said=said, **at)  # type: ignore[arg-type]
            scene.world.run()

    return act


def check(
    who: str,
    watching: tuple[str, ...],
    *,
    told: bool = True,
    members: frozenset[str] = frozenset(),
    said: Sequence[str] = tuple(SAID),
    grid: Sequence[float] = tuple(GRID),
    everywhere: Sequence[float] = (),
) -> None:
    """Raise Leaked where somebody watching can tell what was answered, or whether anything was (R14): about them, or to
    their own request. `everywhere` is when they look at all that can be reached."""
    begin = REFERENCE_EXAMPLE if told else REFERENCE_EXAMPLE[:-1]
    worlds = [
        pairs.watch(
            (*begin, (ASKED, evaluates(who, SAID[one]))),
            watching=watching,
            grid=sorted({*grid, *everywhere}),
            everywhere=everywhere or (3, 24 * 16),
            members=members,
        )
        for one in said
    ]
    for name in watching:
        assert worlds[0][name], f"{name} saw nothing at all"
        for cause, seen in zip(said, worlds, strict=True):
            assert_equal(worlds[0][name], seen[name], about=f"{name}, the {who} said {cause}")
