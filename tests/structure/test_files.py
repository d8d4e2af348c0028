"""What may stand in the repository's files."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from tests.structure.repository import ROOT, text, tracked

VENDORED = tomllib.loads((ROOT / "vendor.toml").read_text("utf-8"))["file"]
_TEST_CONTENT = re.compile(r"^\s*(async )?def test_", re.MULTILINE)

# Written apart, so that this file does not find itself.
_MACHINE_PATHS = re.compile("|".join(("/" + "work/", "/" + r"root\b", "/" + "home/")))
_HOSTS = ("registry\\." + "npmjs", "registry\\." + "yarnpkg", "pypi\\." + "org", "files\\." + "pythonhosted")
_REGISTRIES = re.compile("|".join(_HOSTS))
_MAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_INVENTED = re.compile(
    r"(^|\.)(example\.(org|com|net)|example|test|invalid|localhost)$"  # RFC 2606 and 6761
)
# The guard of the brief must know houses of mail that strangers share; its tests name some.
_SHARED_HOUSES = {"gmail.com", "orange.fr", "free.fr", "bluewin.ch", "videotron.ca", "skynet.be"}
_NAMES_SHARED_HOUSES = ROOT / "tests" / "protocol" / "test_guard.py"
# Addresses that are nobody's: package specifications of npm, and file names of pictures at a density.
_NOT_MAIL = re.compile(r"@\d|\.(png|svg|js|css|py|woff2)$")


def _texts() -> list[tuple[Path, str]]:
    vendored = {ROOT / entry["path"] for entry in VENDORED}
    found = []
    for path in tracked():
        content = text(path)
        if content is not None and path not in vendored:
            found.append((path, content))
    return found


def _places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path, content in _texts()
        for match in pattern.finditer(content)
    ]


def test_no_file_names_a_place_of_one_machine() -> None:
    assert _places(_MACHINE_PATHS) == []


def test_no_file_names_a_host_of_a_registry() -> None:
    assert _places(_REGISTRIES) == []


def _is_invented(domain: str, *, path: Path) -> bool:
    return bool(_INVENTED.search(domain)) or (path == _NAMES_SHARED_HOUSES and domain in _SHARED_HOUSES)


def test_every_mail_address_is_of_a_domain_that_nobody_can_own() -> None:
    real = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path, content in _texts()
        for match in _MAIL.finditer(content)
        if not _is_invented(match.group(1).lower(), path=path) and not _NOT_MAIL.search(match.group())
    ]
    assert real == []


def test_every_file_with_a_test_is_collected() -> None:
    lost = [
        str(path.relative_to(ROOT))
        for path in ROOT.joinpath("tests").rglob("*.py")
        if _TEST_CONTENT.search(path.read_text("utf-8")) and not path.name.startswith("test_")
    ]
    stray = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.name.startswith("test_") and path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "tests"
    ]
    assert lost + stray == []


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["path"])
def test_a_vendored_file_is_the_one_that_was_published(entry: dict[str, str]) -> None:
    content = (ROOT / entry["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert (ROOT / entry["licence"]).is_file()


def test_every_file_of_others_is_on_the_list_of_vendored_files() -> None:
    listed = {entry["path"] for entry in VENDORED}
    folder = ROOT / "src" / "entremise"
    licences = {entry["licence"] for entry in VENDORED}
    places = [path.relative_to(ROOT) for path in folder.rglob("*") if path.is_file()]
    foreign = {str(path) for path in places if {"vendor", "fonts"} & set(path.parts)}
    assert foreign <= listed | licences
