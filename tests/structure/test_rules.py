"""Every rule says whether it is built; a built one has code that names it and a test that names it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import pytest

from tests.structure.repository import ROOT, SOURCES

PAGE = ROOT / "docs" / "doctrine.md"
# `- **R6b** *built* · text`, to the next rule, heading or empty line.
_RULE = re.compile(r"^- \*\*(?P<number>R\d+[a-z]?)\b(?P<rest>.*?)(?=^- \*\*R\d|^#|\n\n|\Z)", re.MULTILINE | re.DOTALL)
_STATE = re.compile(r"^[^*]*\*\*\s*\*(?P<state>built|planned)\*")
_NAMED = re.compile(r"`((?:entremise\.|tests/)[\w./:]+)`")


@dataclass(frozen=True)
class Rule:
    """A rule of the page: its number, its state (None where it says none), and what it names in code."""

    number: str
    state: str | None
    names: tuple[str, ...]


def _rule(match: re.Match[str]) -> Rule:
    state = _STATE.match(match["rest"])
    return Rule(match["number"], state["state"] if state else None, tuple(_NAMED.findall(match["rest"])))


RULES = [_rule(match) for match in _RULE.finditer(PAGE.read_text("utf-8"))]
BUILT = [rule for rule in RULES if rule.state == "built"]


@cache
def _numbers(folder: str) -> frozenset[str]:
    """Return every rule number that a Python file below `folder` names; this file's own do not count."""
    found: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        if "structure" not in path.parts:
            found |= set(re.findall(r"\bR\d+[a-z]?\b", path.read_text("utf-8")))
            found |= {f"R{number}" for number in re.findall(r"_r(\d+[a-z]?)(?=_|\()", path.read_text("utf-8"))}
    return frozenset(found)


def test_the_page_holds_the_whole_doctrine() -> None:
    numbers = [rule.number for rule in RULES]
    assert len(numbers) == len(set(numbers))
    assert {f"R{number}" for number in range(1, 53)} <= set(numbers)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_every_rule_says_whether_it_is_built(rule: Rule) -> None:
    assert rule.state is not None


@pytest.mark.parametrize("rule", BUILT, ids=lambda rule: rule.number)
def test_a_built_rule_has_code_and_a_test_that_name_it(rule: Rule) -> None:
    assert rule.number in _numbers(str(SOURCES.relative_to(ROOT))), f"no code names {rule.number}"
    assert rule.number in _numbers("tests"), f"no test names {rule.number}"


@pytest.mark.parametrize("rule", BUILT, ids=lambda rule: rule.number)
def test_what_a_built_rule_points_to_exists(rule: Rule) -> None:
    assert rule.names, f"{rule.number} does not say which function holds it and which test proves it"
    for name in rule.names:
        if name.startswith("tests/"):
            path, _, test = name.partition("::")
            assert f"def {test}" in (ROOT / path).read_text("utf-8") if test else (ROOT / path).is_file(), name
        else:
            _find(name)


def _find(dotted: str) -> None:
    """Import the longest module in `dotted` and walk the rest; raise where something is missing."""
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[size:]:
            found = getattr(found, attribute)
        return
    raise ModuleNotFoundError(dotted)
