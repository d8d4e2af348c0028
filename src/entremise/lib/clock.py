"""The one home of the clock. Doors read it once per act and pass `now` on."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


def now() -> datetime:
    """Return the present instant, in UTC.

    Where ENTREMISE_CLOCK_FILE names a file (demonstrations and tests only), its content, a number
    of seconds, is added, so that several processes can be moved through time together.
    """
    real = datetime.now(UTC)  # noqa: TID251 - this is the clock's home
    movable = os.environ.get("ENTREMISE_CLOCK_FILE")
    if not movable:
        return real
    path = Path(movable)
    return real + timedelta(seconds=float(path.read_text("ascii") or 0)) if path.exists() else real
