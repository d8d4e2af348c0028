"""Naming an exception without repeating what it says: its words may hold somebody's name (R4)."""

from __future__ import annotations

import traceback
from pathlib import Path

_OURS = Path(__file__).resolve().parents[1]


def whereabouts(problem: BaseException) -> str:
    """Return the type of `problem` and the innermost line of this program that it came through."""
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_OURS)]
    if not frames:
        return type(problem).__name__
    frame = (ours or frames)[-1]
    return f"{type(problem).__name__} at {frame.filename}:{frame.lineno}"
