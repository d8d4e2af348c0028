"""Looking at one page as everybody may see it: narrow and wide, in light and in dark, with axe and a pair of scales.

The narrowest window is also what somebody sees who has enlarged a desktop's window four times (WCAG 2.2, 1.4.10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.sync_api import Page

_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
_RUN = "more => axe.run(document, {resultTypes: ['violations'], ...more}).then(found => found.violations)"
# Another scheme is another set of colours, and nothing else.
_SCHEMES: Mapping[Literal["light", "dark"], Mapping[str, object]] = {
    "light": {},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast"]}},
}
_WIDTHS = {360: 740, 1280: 900}  # CSS pixels
_NARROWEST = {"width": 320, "height": 256}
_MOST_BYTES = 100_000
# What a first visit costs: the bodies as they travel, cached or not.
_WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Audit:
    """What was found wrong, page by page; `seen` names every page looked at."""

    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def look(self, page: Page, name: str) -> None:
        """Look at a page as it is, in four ways; leave it as it was."""
        self.seen.append(name)
        before = page.viewport_size
        if page.evaluate(_WEIGHT) >= _MOST_BYTES:
            self.faults.append(f"{name}: {page.evaluate(_WEIGHT)} bytes")
        page.evaluate(_AXE)
        page.set_viewport_size(_NARROWEST)  # type: ignore[arg-type]
        if (over := page.evaluate(_OVERFLOW)) > 0:
            self.faults.append(f"{name} at 320 px: {over} px too wide")
        for width, height in _WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            if (over := page.evaluate(_OVERFLOW)) > 0:
                self.faults.append(f"{name} at {width} px: {over} px too wide")
            for scheme, rules in _SCHEMES.items():
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                self.faults += [f"{name} at {width} px, {scheme}: {_told(one)}" for one in page.evaluate(_RUN, rules)]
        page.emulate_media(color_scheme="light")
        if before:
            page.set_viewport_size(before)

    def check(self) -> None:
        """Fail with everything that was found."""
        assert not self.faults, f"{len(self.seen)} pages seen\n" + "\n".join(dict.fromkeys(self.faults))


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    places = "; ".join(f"{node['target'][0]} {node['html'][:120]}" for node in nodes[:3])
    return f"{violation['id']} ({violation['help']}) × {len(nodes)}: {places}"
