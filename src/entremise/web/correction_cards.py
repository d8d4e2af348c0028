"""A correction as a page shows it: what can be said, its picture, its figures, what changed in the profile (R28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from entremise.insights.correcting import Effect
from entremise.insights.learning import Side
from entremise.protocol.correction import Compared
from entremise.protocol.measure import Change
from entremise.protocol.policy import Policy
from entremise.web import correction_words, learning_pictures, learning_words
from entremise.web.correction_words import Said
from entremise.web.learning_pictures import Picture
from entremise.web.profile_changes import ChangedPart, changed_parts


@dataclass(frozen=True, kw_only=True)
class Half:
    """Before, or after: what it is called, its days, and what is known of it."""

    name: str
    days: str
    told: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """A correction in words. `said` and `picture` are None of one that was never in force; nor is there a picture
    where nothing ended on either side."""

    uid: str
    title: str
    since: str
    dropped: bool
    said: Said | None
    halves: Sequence[Half]
    picture: Picture | None
    compared: str
    notes: Sequence[str]
    changed: Sequence[ChangedPart]


def card(effect: Effect, *, language: str, policy: Policy) -> Card:
    """Return a correction as a page shows it."""
    pair, change = effect.compared, effect.change
    halves = _halves(pair, change, policy=policy) if pair and change else ()
    return Card(
        uid=effect.adopted.uid,
        title=correction_words.title(effect.adopted),
        since=correction_words.since(effect.adopted),
        dropped=effect.adopted.dropped_on is not None,
        said=_said(pair, change, policy=policy) if pair and change else None,
        halves=halves,
        picture=picture(effect, policy=policy),
        compared=correction_words.compared_over(pair) if pair else "",
        notes=correction_words.notes(effect),
        changed=tuple(changed_parts(effect.differs, language=language)),
    )


def _said(pair: Compared, change: Change, *, policy: Policy) -> Said:
    running = pair.after.stretch.until is None
    return correction_words.said(change, policy=policy, running=running, set_apart=pair.set_apart)


def _halves(pair: Compared, change: Change, *, policy: Policy) -> tuple[Half, ...]:
    names = (gettext("Before"), gettext("After"))
    sides = zip(names, (pair.before, pair.after), (change.before, change.after), strict=True)
    return tuple(
        Half(name=name, days=correction_words.span(period), told=learning_words.rated(rate, policy=policy))
        for name, period, rate in sides
    )


def picture(effect: Effect, *, policy: Policy) -> Picture | None:
    """Return both intervals on one scale; None where nothing ended on either side (R28)."""
    pair, change = effect.compared, effect.change
    if pair is None or change is None or not (change.before.tally.ended or change.after.tally.ended):
        return None
    return learning_pictures.beside(
        Side.RECEIVED,
        effect.adopted.uid,
        [(gettext("Before"), change.before), (gettext("After"), change.after)],
        title=correction_words.title(effect.adopted),
        sentence=correction_words.picture_tells(change),
        first=gettext("Period"),
        policy=policy,
    )
