"""Settings come from the environment only, through one table.

Reading never fails: a wrong value is kept as a `Problem`, which `config.checks` reports under its number, and the
safe value stands in its place so that the check can run. Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from entremise.config import kinds
from entremise.config.kinds import Database, MailServer, Wrong

PREFIX = "ENTREMISE_"


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable: how it is read, what it means, and the number its wrong values are reported under."""

    number: int
    name: str
    kind: str
    read: Callable[[str], object]
    default: str
    means: str
    example: str


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something about the environment somebody must be told. `serious` stops the program, the rest warns."""

    number: int
    name: str
    message: str
    serious: bool


TABLE: tuple[Variable, ...] = (
    Variable(
        number=1,
        name="ENTREMISE_DATA_DIR",
        kind="folder",
        read=kinds.folder,
        default="./var",
        means="Where the program keeps its secret key, its SQLite database and its mailbox. "
        "Created when missing.",
        example="/var/lib/entremise",
    ),
    Variable(
        number=2,
        name="DATABASE_URL",
        kind="database",
        read=kinds.database,
        default="",
        means="The database. Empty: SQLite in the data folder. PostgreSQL 15 or newer is understood too.",
        example="postgresql://entremise:secret@db.example.org:5432/entremise",
    ),
    Variable(
        number=3,
        name="EMAIL_URL",
        kind="mail server",
        read=kinds.mail_server,
        default="",
        means="The server that sends mail. Empty: nothing leaves, mail goes to the built-in mailbox. "
        "`smtps` encrypts from the start, `smtp+tls` after STARTTLS.",
        example="smtp+tls://entremise:secret@mail.example.org:587",
    ),
    Variable(
        number=4,
        name="ENTREMISE_SITE_URL",
        kind="address of a site",
        read=kinds.site,
        default="",
        means="The address people type to reach this installation; links in mails start with it. "
        "Empty: this machine, on ENTREMISE_PORT.",
        example="https://entremise.example.org",
    ),
    Variable(
        number=5,
        name="ENTREMISE_FROM",
        kind="sender",
        read=kinds.sender,
        default="Entremise <entremise@localhost>",
        means="Who mails come from.",
        example="Entremise <ne-pas-repondre@example.org>",
    ),
    Variable(
        number=6,
        name="ENTREMISE_LAW",
        kind="fr, eu-strict or ca",
        read=kinds.one_of("fr", "eu-strict", "ca"),
        default="fr",
        means="The law profile the program works under: what every mail must say, and what the program does not do. "
        "`fr`: it may write first to people who are not members, and remind them once. `eu-strict`: it never writes "
        "first to them; the giver carries the link. `ca` (Canada, Québec): no reminder, and a postal address in "
        "every mail.",
        example="eu-strict",
    ),
    Variable(
        number=7,
        name="ENTREMISE_LANGUAGE",
        kind="fr, en or fr-ca",
        read=kinds.one_of("fr", "en", "fr-ca"),
        default="fr",
        means="The language of somebody whose own is not known.",
        example="fr-ca",
    ),
    Variable(
        number=8,
        name="ENTREMISE_HOSTS",
        kind="names, with commas",
        read=kinds.hosts,
        default="",
        means="The host names this installation answers to, beside the one of its site address and localhost.",
        example="entremise.example.org,www.example.org",
    ),
    Variable(
        number=9,
        name="ENTREMISE_PORT",
        kind="port",
        read=kinds.port,
        default="8000",
        means="The port the web server listens on.",
        example="8080",
    ),
    Variable(
        number=10,
        name="ENTREMISE_MAILBOX_PAGE",
        kind="yes or no",
        read=kinds.flag,
        default="no",
        means="Whether a page shows everybody's mail. For demonstrations only; never with people's real data.",
        example="yes",
    ),
    Variable(
        number=11,
        name="ENTREMISE_DEBUG",
        kind="yes or no",
        read=kinds.flag,
        default="no",
        means="Whether errors are shown in full in the browser. For development only.",
        example="yes",
    ),
    Variable(
        number=12,
        name="ENTREMISE_OWNER_NAME",
        kind="text",
        read=kinds.text,
        default="",
        means="The person or company responsible for this installation, as the legal mentions name it.",
        example="Cabinet Exemple SARL",
    ),
    Variable(
        number=13,
        name="ENTREMISE_OWNER_CONTACT",
        kind="text",
        read=kinds.text,
        default="",
        means="Where the person responsible can be reached about personal data: mail, telephone, or both. "
        "Every mail to somebody who is not a member says it.",
        example="donnees@example.org",
    ),
    Variable(
        number=14,
        name="ENTREMISE_CLOCK_FILE",
        kind="file",
        read=kinds.file_name,
        default="",
        means="A file holding seconds to add to the clock. For demonstrations and tests only.",
        example="/srv/demonstration/clock",
    ),
    Variable(
        number=15,
        name="ENTREMISE_OWNER_ADDRESS",
        kind="text",
        read=kinds.text,
        default="",
        means="The postal address of the person or company responsible, as mails say it. "
        "Canada's law wants it in every mail: under ENTREMISE_LAW=ca the program does not start without it.",
        example="1 rue de l'Exemple, 69001 Lyon",
    ),
    Variable(
        number=16,
        name="ENTREMISE_LOG",
        kind="text or json",
        read=kinds.one_of("text", "json"),
        default="json",
        means="How the log is written to standard error: lines for eyes, or one JSON object a line for machines. "
        "Neither holds names, addresses, links or what people wrote.",
        example="text",
    ),
    Variable(
        number=17,
        name="ENTREMISE_BACKUP_DIR",
        kind="folder",
        read=kinds.maybe_folder,
        default="",
        means="Where `entremise backup` puts backups, and where `entremise doctor` and the owner's page look for the "
        "newest one. Empty: the folder `backups` in the data folder. Best on another disk.",
        example="/var/backups/entremise",
    ),
    Variable(
        number=18,
        name="ENTREMISE_BACKUP_PASSPHRASE",
        kind="text of 12 characters or more",
        read=kinds.passphrase,
        default="",
        means="What backups are encrypted with. Empty: they are not. Keep a copy elsewhere: "
        "without it an encrypted backup is lost.",
        example="seven plain words that nobody else would put together",
    ),
    Variable(
        number=19,
        name="ENTREMISE_DKIM_SELECTOR",
        kind="selector",
        read=kinds.selector,
        default="",
        means="The name under which your mail provider publishes the DKIM key of the sending domain. "
        "`entremise doctor` looks there; empty: it tries the usual names.",
        example="mail2026",
    ),
    Variable(
        number=20,
        name="ENTREMISE_MEMBERS_INVITE",
        kind="yes or no",
        read=kinds.flag,
        default="yes",
        means="Whether every member may invite others to become members. The owner always may.",
        example="no",
    ),
    Variable(
        number=21,
        name="ENTREMISE_TRUSTED_PROXIES",
        kind="number of proxies",
        read=kinds.proxies,
        default="0",
        means="How many reverse proxies of yours stand between the visitors and this program, each adding a line to "
        "X-Forwarded-For. Limits by address of the network then count visitors, not the proxy. With 0 the header, "
        "which anybody can write, is not read.",
        example="1",
    ),
    Variable(
        number=22,
        name="ENTREMISE_BOUNCE_ADDRESS",
        kind="mail address",
        read=kinds.maybe_address,
        default="",
        means="The address to which undelivered mail comes back. Each message adds a plus sign and a key of its own, "
        "so the mail server must deliver what follows a plus sign to the same box. Empty: the sender's address, and "
        "nothing that comes back is read.",
        example="bounces@example.org",
    ),
    Variable(
        number=23,
        name="ENTREMISE_BOUNCE_MAILDIR",
        kind="folder",
        read=kinds.maybe_folder,
        default="",
        means="The Maildir in which the mail server puts what comes back. The worker reads it, and deletes what was "
        "about a message of ours. Empty: nothing is looked for; `entremise bounces` reads one mail from a pipe.",
        example="/var/mail/entremise-bounces",
    ),
)

BY_NAME: Mapping[str, Variable] = {variable.name: variable for variable in TABLE}


@dataclass(frozen=True, kw_only=True)
class Entremise:
    """What the environment says, typed. `database` is None where DATABASE_URL is wrong: no other is guessed."""

    data_dir: Path
    database: Database | None
    mail_server: MailServer | None
    site_url: str
    sender: str
    law: str
    language: str
    hosts: tuple[str, ...]
    port: int
    mailbox_page: bool
    debug: bool
    owner_name: str
    owner_contact: str
    owner_address: str
    clock_file: Path | None
    log: str
    backup_dir: Path
    backup_passphrase: str = field(repr=False)
    dkim_selector: str
    members_invite: bool
    trusted_proxies: int
    bounce_address: str
    bounce_maildir: Path | None


class _Reader:
    """Reads variables one by one and remembers what was wrong."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[Problem] = []
        self.wrong: set[str] = set()

    def __call__(self, name: str) -> object:
        """Return the variable's typed value; where it is wrong, note it and return the default's."""
        variable = BY_NAME[name]
        written = self.environ.get(name, "").strip()
        try:
            return variable.read(written or variable.default)
        except Wrong as problem:
            self.wrong.add(name)
            message = f"{name} {problem}. Expected: {variable.kind}, for example {variable.example}"
            self.problems.append(Problem(number=variable.number, name=name, message=message, serious=True))
            return variable.read(variable.default)

    def unknown(self) -> list[Problem]:
        """Return a warning for each variable that starts like ours and is not."""
        found = []
        for name in sorted(self.environ):
            if name.startswith(PREFIX) and name not in BY_NAME:
                near = get_close_matches(name, list(BY_NAME), n=1)
                hint = f" Perhaps {near[0]} was meant." if near else ""
                message = f"{name} is set, but no such setting exists.{hint}"
                found.append(Problem(number=1, name=name, message=message, serious=False))
        return found


def read(environ: Mapping[str, str]) -> tuple[Entremise, tuple[Problem, ...]]:
    """Return the settings that `environ` asks for, and everything about it that is wrong.

    Never raises: the values beside a serious problem are safe to run checks with, and nothing else.
    """
    value = _Reader(environ)
    data_dir = kinds.expect(Path, value("ENTREMISE_DATA_DIR"))
    port = kinds.expect(int, value("ENTREMISE_PORT"))
    database = value("DATABASE_URL") or kinds.sqlite_in(data_dir)
    entremise = Entremise(
        data_dir=data_dir,
        database=None if "DATABASE_URL" in value.wrong else kinds.expect(Database, database),
        mail_server=kinds.maybe(MailServer, value("EMAIL_URL")),
        site_url=kinds.expect(str, value("ENTREMISE_SITE_URL")) or f"http://localhost:{port}",
        sender=kinds.expect(str, value("ENTREMISE_FROM")),
        law=kinds.expect(str, value("ENTREMISE_LAW")),
        language=kinds.expect(str, value("ENTREMISE_LANGUAGE")),
        hosts=kinds.expect(tuple, value("ENTREMISE_HOSTS")),
        port=port,
        mailbox_page=kinds.expect(bool, value("ENTREMISE_MAILBOX_PAGE")),
        debug=kinds.expect(bool, value("ENTREMISE_DEBUG")),
        owner_name=kinds.expect(str, value("ENTREMISE_OWNER_NAME")),
        owner_contact=kinds.expect(str, value("ENTREMISE_OWNER_CONTACT")),
        owner_address=kinds.expect(str, value("ENTREMISE_OWNER_ADDRESS")),
        clock_file=kinds.maybe(Path, value("ENTREMISE_CLOCK_FILE")),
        log=kinds.expect(str, value("ENTREMISE_LOG")),
        backup_dir=kinds.maybe(Path, value("ENTREMISE_BACKUP_DIR")) or data_dir / "backups",
        backup_passphrase=kinds.expect(str, value("ENTREMISE_BACKUP_PASSPHRASE")),
        dkim_selector=kinds.expect(str, value("ENTREMISE_DKIM_SELECTOR")),
        members_invite=kinds.expect(bool, value("ENTREMISE_MEMBERS_INVITE")),
        trusted_proxies=kinds.expect(int, value("ENTREMISE_TRUSTED_PROXIES")),
        bounce_address=kinds.expect(str, value("ENTREMISE_BOUNCE_ADDRESS")),
        bounce_maildir=kinds.maybe(Path, value("ENTREMISE_BOUNCE_MAILDIR")),
    )
    return entremise, (*value.problems, *_lacking(entremise), *value.unknown())


def _lacking(entremise: Entremise) -> list[Problem]:
    """Return what the chosen law wants every mail to say and nobody has set: who writes, and their postal address."""
    if entremise.law != "ca":
        return []
    wanted = {"ENTREMISE_OWNER_NAME": entremise.owner_name, "ENTREMISE_OWNER_ADDRESS": entremise.owner_address}
    return [
        Problem(
            number=BY_NAME[name].number,
            name=name,
            message=f"{name} is empty, and under ENTREMISE_LAW=ca every mail must say it. "
            f"For example {BY_NAME[name].example}",
            serious=True,
        )
        for name, value in wanted.items()
        if not value
    ]
