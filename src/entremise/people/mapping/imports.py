"""What a file says, as it is kept until its member has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from entremise.people.mapping import ContactDraft, ImportEntry, Kind, Way, WayKind


def entry_to_json(entry: ImportEntry) -> dict[str, Any]:
    """Return an entry as JSON can hold it."""
    said = asdict(entry.draft) | {"kinds": sorted(entry.draft.kinds)}
    said["met_on"] = entry.draft.met_on.isoformat() if entry.draft.met_on else None
    return {"draft": said, "introduced_by": entry.introduced_by}


def entry_from_json(kept: Mapping[str, Any]) -> ImportEntry:
    """Return the entry that `entry_to_json` wrote."""
    said = dict(kept["draft"])
    said["kinds"] = frozenset(Kind(kind) for kind in said["kinds"])
    said["met_on"] = date.fromisoformat(said["met_on"]) if said["met_on"] else None
    said["ways"] = tuple(Way(**{**way, "kind": WayKind(way["kind"])}) for way in said["ways"])
    return ImportEntry(draft=ContactDraft(**said), introduced_by=str(kept["introduced_by"]))
