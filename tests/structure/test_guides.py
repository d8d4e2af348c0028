"""Guides say what is so: their commands, settings and files exist, and both languages say the same."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import pytest

from entremise.cli.command import VERBS, _parser
from entremise.config.environment import BY_NAME, read
from entremise.interchange.vcard import MOST_BYTES
from entremise.web.contact_forms import MEGABYTES
from tests.structure.repository import ROOT

TWINS = (
    ("README.md", "README.fr.md"),
    ("docs/howto/install.md", "docs/howto/installer.md"),
    ("docs/howto/upgrade.md", "docs/howto/mettre-a-jour.md"),
)
GUIDES = sorted({name for pair in TWINS for name in pair})
DEPLOY = ROOT / "deploy"
_COMMAND = re.compile(r"(?<![\w/.@-])entremise ((?:[a-z]+)(?: (?:--?[\w-]+|[\w./@-]+))*)")
_TARGET = re.compile(r"\bmake ([a-z]+)")
_SETTING = re.compile(r"\b(?:ENTREMISE_[A-Z_]+|DATABASE_URL|EMAIL_URL)\b")
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
_QUOTED = re.compile(r"```\n(.*?)```|`([^`\n]+)`", re.DOTALL)


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def commands(name: str) -> list[list[str]]:
    """Return the commands of the program that a guide quotes, without remarks after them."""
    quoted = [block or inline for block, inline in _QUOTED.findall(text(name))]
    said = [line.partition(" # ")[0] for part in quoted for line in part.splitlines()]
    found = [match[1] for line in said for match in _COMMAND.finditer(line) if match[1].split()[0] != "entremise"]
    return [shlex.split(one) for one in found if one.split()[0] in VERBS or "podman" not in one]


def test_guides_quote_commands() -> None:
    assert len(commands("docs/howto/install.md")) > 8


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_of_a_guide_is_understood_by_the_program(name: str) -> None:
    for words in commands(name):
        assert words[0] in VERBS, words
        if words[0] != "manage":
            complete = [*words, "file"] if words == ["restore"] else words
            _parser().parse_args(complete)


@pytest.mark.parametrize("name", GUIDES)
def test_every_recipe_and_setting_of_a_guide_exists(name: str) -> None:
    recipes = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    assert set(_TARGET.findall(text(name))) <= recipes
    assert set(_SETTING.findall(text(name))) <= set(BY_NAME)


@pytest.mark.parametrize("name", GUIDES)
def test_every_link_of_a_guide_leads_somewhere(name: str) -> None:
    links = _LINK.findall(text(name))
    assert links
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []


@pytest.mark.parametrize(("english", "french"), TWINS)
def test_twins_lead_to_each_other_and_say_the_same(english: str, french: str) -> None:
    assert f"]({Path(french).name})" in text(english)
    assert f"]({Path(english).name})" in text(french)
    assert commands(english) == commands(french)
    assert sorted(_SETTING.findall(text(english))) == sorted(_SETTING.findall(text(french)))
    assert len(re.findall(r"^## ", text(english), re.MULTILINE)) == len(re.findall(r"^## ", text(french), re.MULTILINE))


def test_the_sample_of_settings_is_a_right_one() -> None:
    lines = [line for line in text("deploy/entremise.env").splitlines() if line and not line.startswith("# /etc")]
    pairs = [line.removeprefix("# ").partition("=") for line in lines if "=" in line]
    settings, problems = read({name: value for name, _equals, value in pairs})
    assert problems == ()
    assert settings.backup_passphrase


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.service")), ids=lambda path: path.name)
def test_what_a_unit_starts_exists_and_may_do_little(path: Path) -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(path)
    _program, *words = shlex.split(unit["Service"]["ExecStart"])
    _parser().parse_args(words)
    assert unit["Service"]["ProtectSystem"] == "strict"
    assert unit["Service"]["NoNewPrivileges"] == "yes"
    assert unit["Service"]["User"] == "entremise"


@pytest.mark.parametrize("guide", ["docs/howto/install.md", "docs/howto/installer.md"])
def test_the_service_may_empty_the_folder_of_undelivered_mail_wherever_a_text_puts_it(guide: str) -> None:
    """R18: with ProtectSystem=strict everything else is read-only, and a report that cannot be deleted comes again."""
    unit = (DEPLOY / "entremise.service").read_text("utf-8")
    own = f"/var/lib/{re.findall(r'^StateDirectory=(.+)$', unit, re.MULTILINE)[0]}"
    writable = [Path(one.removeprefix("-")) for one in re.findall(r"^ReadWritePaths=(.+)$", unit, re.MULTILINE)]
    named = re.findall(r"ENTREMISE_BOUNCE_MAILDIR=(/\S+?)`", text(guide))
    assert named
    for folder in map(Path, [*named, BY_NAME["ENTREMISE_BOUNCE_MAILDIR"].example]):
        assert any(folder.is_relative_to(one) for one in [Path(own), *writable])
    assert "ReadWritePaths=" in text(guide), "and how any other place is named"


def test_the_image_installs_checked_packages_only_and_runs_without_rights() -> None:
    said = text("Containerfile")
    installs = re.findall(r"pip install .*", said)
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    assert re.search(r"^USER entremise$", said, re.MULTILINE)
    assert re.search(r"^VOLUME /data$", said, re.MULTILINE)
    for copied in re.findall(r"^COPY ((?:\S+ )+)\S+$", said, re.MULTILINE):
        assert all((ROOT / name).exists() for name in copied.split())


def test_both_proxies_let_through_what_the_page_for_an_address_book_promises() -> None:
    """R37: the largest file, and the little that a browser puts around it; not much more."""
    nginx = re.search(r"client_max_body_size (\d+)m;", text("deploy/nginx.conf"))
    caddy = re.search(r"max_size (\d+)MB", text("deploy/Caddyfile"))
    assert nginx is not None
    assert caddy is not None
    assert MOST_BYTES == MEGABYTES * 1024**2
    around = 64 * 1024
    for lets in (int(nginx[1]) * 1024**2, int(caddy[1]) * 1000**2):
        assert MOST_BYTES + around <= lets <= MOST_BYTES * 1.1


def test_neither_proxy_logs_what_a_link_opens() -> None:
    """R4: an address of ours is a key, and a log reader is an observer."""
    assert "request>uri delete" in text("deploy/Caddyfile")
    form = re.search(r"log_format entremise '([^']*)'", text("deploy/nginx.conf"))
    assert form is not None
    assert not re.search(r"\$(request|request_uri|uri|args|remote_addr|http_\w+)\b", form[1])
