"""Settings come typed from the environment, and a wrong one is named instead of crashing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from entremise.config import environment
from entremise.config.environment import TABLE, read
from entremise.config.kinds import Database, MailServer
from entremise.config.secret import secret_key

WRONG = {
    "ENTREMISE_DATA_DIR": "/dev/null/folder",
    "DATABASE_URL": "mysql://db.example.org/entremise",
    "EMAIL_URL": "https://mail.example.org",
    "ENTREMISE_SITE_URL": "entremise.example.org",
    "ENTREMISE_FROM": "nobody",
    "ENTREMISE_LAW": "us",
    "ENTREMISE_LANGUAGE": "de",
    "ENTREMISE_HOSTS": "https://example.org",
    "ENTREMISE_PORT": "70000",
    "ENTREMISE_MAILBOX_PAGE": "perhaps",
    "ENTREMISE_DEBUG": "2",
    "ENTREMISE_CLOCK_FILE": "/",
    "ENTREMISE_LOG": "xml",
    "ENTREMISE_BACKUP_DIR": "/dev/null/folder",
    "ENTREMISE_BACKUP_PASSPHRASE": "secret",
    "ENTREMISE_DKIM_SELECTOR": "mail 2026",
    "ENTREMISE_MEMBERS_INVITE": "perhaps",
    "ENTREMISE_TRUSTED_PROXIES": "all",
    "ENTREMISE_BOUNCE_ADDRESS": "bounces+all@example.org",
    "ENTREMISE_BOUNCE_MAILDIR": "/dev/null/folder",
}
FREE_TEXT = {"ENTREMISE_OWNER_NAME", "ENTREMISE_OWNER_CONTACT", "ENTREMISE_OWNER_ADDRESS"}


def test_an_empty_environment_is_a_right_one() -> None:
    settings, problems = read({})
    assert problems == ()
    assert settings.database == Database(engine="sqlite", name=str(Path("var/entremise.sqlite3").absolute()))
    assert settings.mail_server is None
    assert settings.mailbox_page is False


def test_every_setting_but_free_text_has_a_wrong_value_in_these_tests() -> None:
    assert set(WRONG) | FREE_TEXT == {variable.name for variable in TABLE}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_value_is_reported_under_its_number_and_nothing_crashes(name: str) -> None:
    _settings, problems = read({name: WRONG[name]})
    assert [(problem.name, problem.number) for problem in problems] == [(name, environment.BY_NAME[name].number)]
    assert problems[0].serious
    assert name in problems[0].message


def test_every_wrong_value_is_reported_at_once() -> None:
    _settings, problems = read(WRONG)
    assert {problem.name for problem in problems} == set(WRONG)


@pytest.mark.parametrize("variable", TABLE, ids=lambda variable: variable.name)
def test_the_example_of_every_setting_is_a_right_value(variable: environment.Variable) -> None:
    assert read({variable.name: variable.example})[1] == ()


def test_under_canadas_law_the_program_does_not_run_without_saying_who_writes_and_from_where() -> None:
    """R6b: CASL wants the sender's name and postal address in every mail."""
    _settings, problems = read({"ENTREMISE_LAW": "ca"})
    assert {problem.name for problem in problems if problem.serious} == {
        "ENTREMISE_OWNER_NAME",
        "ENTREMISE_OWNER_ADDRESS",
    }
    told = {"ENTREMISE_OWNER_NAME": "Cercle de Québec", "ENTREMISE_OWNER_ADDRESS": "1 rue de l'Exemple, Québec"}
    assert read({"ENTREMISE_LAW": "ca", **told})[1] == ()


def test_numbers_and_names_are_given_once() -> None:
    assert [variable.number for variable in TABLE] == list(range(1, len(TABLE) + 1))
    assert len({variable.name for variable in TABLE}) == len(TABLE)


def test_an_unknown_variable_of_ours_is_a_warning_that_guesses_what_was_meant() -> None:
    _settings, (problem,) = read({"ENTREMISE_PROT": "8000", "PATH": "/bin"})
    assert not problem.serious
    assert "ENTREMISE_PROT" in problem.message
    assert "ENTREMISE_PORT" in problem.message


def test_a_wrong_database_is_never_replaced_by_another_one() -> None:
    assert read({"DATABASE_URL": "postgresql://db.example.org"})[0].database is None


def test_a_wrong_address_does_not_repeat_its_password() -> None:
    secret = "hush-hush"
    _settings, problems = read({"DATABASE_URL": f"oracle://u:{secret}@h/db", "EMAIL_URL": f"ftp://u:{secret}@h"})
    assert len(problems) == 2
    assert secret not in repr(problems)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "postgresql://in%40es:p%2Fw@db.example.org:5433/entre?sslmode=require",
            Database(
                engine="postgresql", name="entre", user="in@es", password="p/w", host="db.example.org", port="5433",
                options=(("sslmode", "require"),),
            ),
        ),
        ("postgres://u@/entre?host=%2Frun%2Fpg", Database(engine="postgresql", name="entre", user="u", host="/run/pg")),
        ("sqlite:////srv/a.db", Database(engine="sqlite", name="/srv/a.db")),
    ],
)  # fmt: skip
def test_database_addresses_are_understood(written: str, expected: Database) -> None:
    assert read({"DATABASE_URL": written})[0].database == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("smtp://localhost", MailServer(host="localhost", port=25)),
        ("smtps://u:p%40@h", MailServer(host="h", port=465, user="u", password="p@", security="tls")),
        ("smtp+tls://h:2525", MailServer(host="h", port=2525, security="starttls")),
    ],
)
def test_mail_addresses_are_understood(written: str, expected: MailServer) -> None:
    assert read({"EMAIL_URL": written})[0].mail_server == expected


def test_the_check_command_names_a_wrong_database_by_number(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "entremise", "manage", "check"],
        env=os.environ | {"DATABASE_URL": "mysql://x", "ENTREMISE_DATA_DIR": str(tmp_path)}
        | {"DJANGO_SETTINGS_MODULE": "entremise.config.settings", "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert said.returncode == 1
    assert "entremise.E002" in said.stderr
    assert "DATABASE_URL" in said.stderr


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "new")
    assert secret_key(tmp_path / "new") == first
    assert len(first) == 52
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
    assert secret_key(tmp_path / "other") != first
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]
