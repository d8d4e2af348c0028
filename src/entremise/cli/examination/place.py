"""The place: settings, secret key, address, space, time zones, translations."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from entremise.cli.examination.finding import Finding, doubtful, right, wrong

_SPACE_LEAST = 500  # MB
_SHORT_SECRET = 40
_HOME = {"localhost", "127.0.0.1", "::1"}
# A text that every version has, to see whether the translations were compiled.
_KNOWN = "Requests"


def examine() -> Iterator[Finding]:
    """Look at everything that needs no network and no database."""
    yield from _environment()
    yield _secret()
    yield _address()
    yield _space()
    yield _zones()
    yield _words()


def _environment() -> Iterator[Finding]:
    problems = settings.ENTREMISE_PROBLEMS
    for problem in problems:
        find = wrong if problem.serious else doubtful
        yield find(problem.message, _("Correct it: docs/reference/settings.md lists every setting."))
    if not problems:
        yield right(_("Every setting is one that can be understood."))
    place = settings.ENTREMISE
    if place.debug:
        yield wrong(_("Errors are shown in full to whoever causes one."), _("Take ENTREMISE_DEBUG away."))
    if place.mailbox_page:
        yield wrong(_("Everybody's mail is open to everybody."), _("Take ENTREMISE_MAILBOX_PAGE away."))
    if not (place.owner_name and place.owner_contact):
        yield doubtful(
            _("Mails do not say who is responsible for this installation."),
            _("Set ENTREMISE_OWNER_NAME and ENTREMISE_OWNER_CONTACT: people who are written to have a right to know."),
        )


def _secret() -> Finding:
    path = Path(settings.ENTREMISE.data_dir) / "secret-key"
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return wrong(_("Others on this machine can read %s.") % path, _("chmod 600 %s") % path)
    if len(settings.SECRET_KEY) < _SHORT_SECRET:
        return wrong(
            _("The secret key is short."), _("Delete %s before anybody uses the program: it makes a new one.") % path
        )
    return right(_("The secret key is in its place and nobody else can read it. Keep a copy apart from backups."))


def _address() -> Finding:
    site = urlsplit(settings.ENTREMISE.site_url)
    if site.hostname in _HOME:
        return doubtful(
            _("Links in mails lead to this machine only: %s") % settings.ENTREMISE.site_url,
            _("For real use set ENTREMISE_SITE_URL to the address that people reach, with https."),
        )
    if site.scheme != "https":
        return wrong(
            _("Links in mails are not encrypted: %s") % settings.ENTREMISE.site_url,
            _("Put a web server that speaks HTTPS in front, and set ENTREMISE_SITE_URL to https://…"),
        )
    return right(_("Links in mails lead to %s") % settings.ENTREMISE.site_url)


def _space() -> Finding:
    free = shutil.disk_usage(settings.ENTREMISE.data_dir).free // 1_000_000
    said = _("%(free)d MB free in the data folder.") % {"free": free}
    return right(said) if free >= _SPACE_LEAST else doubtful(said, _("Make room: a full disk stops everything."))


def _zones() -> Finding:
    try:
        ZoneInfo("Europe/Paris")
        ZoneInfo("America/Toronto")
    except ZoneInfoNotFoundError:
        return wrong(_("This machine has no time zone data."), _("Install the package tzdata."))
    return right(_("Time zones are known."))


def _words() -> Finding:
    with override("fr"):
        translated = _(_KNOWN) != _KNOWN
    if translated:
        return right(_("French texts are there."))
    return wrong(_("French texts are missing."), _("Compile them: python tools/messages.py compile"))
