"""The sending domain in the DNS: SPF, DKIM and DMARC, which decide whether mail is believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from django.conf import settings
from django.utils.translation import gettext as _

from entremise.cli.examination.finding import Finding, doubtful, right, wrong
from entremise.lib import sending_domain
from entremise.lib.dns import Unreachable
from entremise.lib.mail import bare_address
from entremise.lib.sending_domain import USUAL_SELECTORS, Dkim, Dmarc, Spf

Ask: TypeAlias = Callable[[str], list[str]]


def examine(*, ask: Ask) -> Iterator[Finding]:
    """Ask the DNS for what the domain of ENTREMISE_FROM says of itself; `ask` returns the texts under a name."""
    domain = bare_address(settings.ENTREMISE.sender).rpartition("@")[2].lower()
    if "." not in domain:
        yield doubtful(
            _("Mails come from nobody's domain: %s") % settings.ENTREMISE.sender,
            _("Set ENTREMISE_FROM to an address of a domain of yours."),
        )
        return
    try:
        yield _spf(domain, ask)
        yield _dkim(domain, ask)
        yield _dmarc(domain, ask)
    except Unreachable:
        yield doubtful(
            _("The DNS cannot be asked from here: nothing is known about SPF, DKIM and DMARC of %s.") % domain,
            _("Run this where the DNS can be reached, or look at a page of your provider."),
        )


def _spf(domain: str, ask: Ask) -> Finding:
    found = sending_domain.spf(ask(domain))
    what = _("SPF lists the servers that may send for %s.") % domain + " "
    ask_for = _("Publish a text under %s that names your mail server, for example: v=spf1 mx -all") % domain
    said: dict[Spf, Finding] = {
        Spf.GOOD: right(what + _("There is one, and it is closed. See that it names the server of EMAIL_URL.")),
        Spf.MISSING: wrong(what + _("There is none."), ask_for),
        Spf.SEVERAL: wrong(what + _("There are several, which counts as none."), _("Make one of them.")),
        Spf.OPEN: wrong(what + _("It lets everybody send."), _("End it with -all in place of +all.")),
        Spf.UNFINISHED: doubtful(what + _("It says nothing of other servers."), _("End it with -all or ~all.")),
    }
    return said[found]


def _dkim(domain: str, ask: Ask) -> Finding:
    named = settings.ENTREMISE.dkim_selector
    what = _("DKIM is the mail server's signature under each letter.") + " "
    found = {name: sending_domain.dkim(ask(f"{name}._domainkey.{domain}")) for name in _selectors(named)}
    good = [name for name, key in found.items() if key is Dkim.GOOD]
    if good:
        return right(what + _("Its key is published under the name %s.") % good[0])
    if Dkim.REVOKED in found.values():
        return wrong(what + _("Its key was taken back."), _("Publish the new key that your mail server signs with."))
    if named:
        return wrong(
            what + _("No key is published under %s.") % f"{named}._domainkey.{domain}",
            _("Publish there what your mail provider gives you for it."),
        )
    return doubtful(
        what + _("No key is published under any usual name."),
        _("Ask your mail provider for the key and its name (selector), publish it, and set ENTREMISE_DKIM_SELECTOR."),
    )


def _selectors(named: str) -> tuple[str, ...]:
    return (named,) if named else USUAL_SELECTORS


def _dmarc(domain: str, ask: Ask) -> Finding:
    found = sending_domain.dmarc(ask(f"_dmarc.{domain}"))
    what = _("DMARC says what to do with letters that neither of the two proves.") + " "
    example = _("Publish a text under %s, for example: v=DMARC1; p=quarantine") % f"_dmarc.{domain}"
    said: dict[Dmarc, Finding] = {
        Dmarc.GOOD: right(what + _("There is such a rule, and it protects your name.")),
        Dmarc.MISSING: wrong(what + _("There is no such rule; large mail houses refuse such letters."), example),
        Dmarc.SEVERAL: wrong(what + _("There are several, which counts as none."), _("Make one of them.")),
        Dmarc.BROKEN: wrong(what + _("It cannot be understood."), example),
        Dmarc.WATCHES: doubtful(
            what + _("It only watches (p=none)."), _("Once all your letters pass, say p=quarantine, then p=reject.")
        ),
    }
    return said[found]
