"""Plays the invented network up to the present instant and tells the reference example as it goes."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from entremise.demo.past import remember
from entremise.demo.people import CLIENTS, HELENE, INES, MARC, MEMBERS, OTHERS
from entremise.demo.plots import PLOTS, Tell, reference
from entremise.demo.stage import DemoFailed, Stage
from entremise.lib import clock, days
from entremise.lib.chance import Chance, SeededChance

_SEED = 7
_OPENING = timedelta(days=150)
_NOON = 12
_PARIS = ZoneInfo("Europe/Paris")


def main() -> int:
    """Play everything; return 0, or 1 with the reason on standard error where a step failed."""
    chance = SeededChance(_SEED)
    try:
        with translation.override(settings.LANGUAGE_CODE), timezone.override(_PARIS):
            play(now=clock.now(), chance=chance)
    except DemoFailed as failure:
        print(_("The demonstration failed: %(why)s") % {"why": failure}, file=sys.stderr)
        return 1
    return 0


def play(*, now: datetime, chance: Chance) -> Stage:
    """Return the stage at `now`, everything that was to happen having happened in the order of its time."""
    stage = Stage(now=_at_noon(now - _OPENING), chance=chance)
    stage.open_doors()
    _fill_books(stage)
    remember(stage)
    order = count()
    agenda = [(_at_noon(now - timedelta(days=plot.days_ago)), next(order), plot) for plot in PLOTS]
    waiting: list[tuple[datetime, int, Iterator[timedelta]]] = []
    for at, number, plot in agenda:
        tell = _teller(stage) if plot.play is reference else _say_nothing
        heapq.heappush(waiting, (at, number, plot.play(stage, tell)))
    while waiting:
        at, number, story = heapq.heappop(waiting)
        if at > now:
            raise DemoFailed("a story goes beyond today")
        stage.now = at
        stage.run()
        pause = next(story, None)
        if pause is not None:
            heapq.heappush(waiting, (at + pause, number, story))
    stage.now = now
    stage.run()
    return stage


def _at_noon(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=_NOON, minute=0, second=0, microsecond=0)


def _fill_books(stage: Stage) -> None:
    """Every member knows some of the others; Hélène knows everybody."""
    for number, owner in enumerate(MEMBERS):
        for person in (*MEMBERS, INES, MARC, *CLIENTS, *OTHERS):
            mine = owner is HELENE or (len(person.name) + number) % len(MEMBERS) < 2
            if person is not owner and mine:
                stage.write_down(owner, person)


def _teller(stage: Stage) -> Tell:
    def tell(sentence: str) -> None:
        when = f"{days.said(stage.now, weekday=True)}, {days.clock(stage.now)}"
        print(f"  {when:>24}  {sentence}", flush=True)

    return tell


def _say_nothing(_sentence: str) -> None:
    """The other stories happen without being told."""
