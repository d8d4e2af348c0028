"""Hands that only have a keyboard: Tab moves, arrows and Space choose, Enter acts; and eyes that look where it is."""

from __future__ import annotations

from playwright.sync_api import Page, expect

_MOST_STEPS = 150
_MATCHES = "(wanted) => document.activeElement.matches(wanted)"
# The mark may be drawn around the control itself, or around the line that holds it.
_MARKED = """() => {
    const here = document.activeElement;
    const places = [here, here.parentElement, ...(here.labels || [])];
    return places.some(place => {
        const style = getComputedStyle(place);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
}"""
_WHERE = "() => document.activeElement.outerHTML.slice(0, 200)"
_INSIDE = """() => {
    const box = document.activeElement.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""


class Keyboard:
    """One pair of hands at one window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, wanted: str) -> None:
        """Press Tab until the focus is on what is wanted; wherever it goes on the way, it is marked and in sight."""
        for _ in range(_MOST_STEPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("() => document.activeElement === document.body"):
                continue  # past the last one: around again
            assert self.page.evaluate(_MARKED), f"no visible focus: {self.page.evaluate(_WHERE)}"
            assert self.page.evaluate(_INSIDE), f"focus out of sight: {self.page.evaluate(_WHERE)}"
            if self.page.evaluate(_MATCHES, wanted):
                return
        raise AssertionError(f"Tab never reaches {wanted} on {self.page.url}")

    def write(self, wanted: str, words: str) -> None:
        """Go to a field and write, in place of what is there."""
        self.to(wanted)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def choose(self, name: str, value: str) -> None:
        """Go to a group of choices, and move within it until the one that is wanted is chosen."""
        self.to(f"[name='{name}']")
        self.page.keyboard.press("Space")
        for _ in range(_MOST_STEPS):
            if self.page.evaluate(_MATCHES, f"[value='{value}']:checked"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"arrows never reach {value} of {name}")

    def press(self, wanted: str, key: str = "Enter") -> None:
        """Go to a button or a link, press it, and wait for the page it leads to."""
        self.to(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def unfold(self, inside: str) -> None:
        """Unfold the part of the page that holds something."""
        self.to(f"details:has({inside}) > summary")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(f"details[open] {inside}").first).to_be_visible()
