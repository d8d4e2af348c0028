"""What the two parties filled in is theirs: worlds that differ in that alone look the same to the giver (R13, R18)."""

from __future__ import annotations

from dataclasses import replace

from entremise.protocol.checklist import IF_KNOWN, OF_PARTY
from tests.wall import pairs
from tests.wall.observed import assert_equal
from tests.wall.staging import REFERENCE_EXAMPLE, Act, Scene

GRID = (20, 24 * 5)


def fills_in(who: str, *, everything: bool) -> Act:
    """Their part will hold everything there is to say, or only what it must."""

    def act(scene: Scene) -> None:
        address = getattr(scene, who)
        own = scene.sheets[address]
        words = "comme vous voulez" if everything else ""
        said = {name.value: words for name in OF_PARTY[own.role] if name in IF_KNOWN}
        scene.sheets = {**scene.sheets, address: replace(own, **said)}  # type: ignore[arg-type]

    return act


def check(who: str) -> None:
    """Raise Leaked where the giver can tell how much one of the two filled in."""
    full, bare = (
        pairs.watch(
            ((0, fills_in(who, everything=everything)), *REFERENCE_EXAMPLE),
            watching=("giver",),
            grid=GRID,
            everywhere=GRID,
        )["giver"]
        for everything in (True, False)
    )
    assert any("/apprendre/donnees/" in record.what for record in full), "the figures are among what they look at"
    assert_equal(full, bare, about=f"giver, what {who} filled in")
