"""Filters for letters and statements: a person, an instant, somebody's own words, and text shown as HTML."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from entremise.lib import clock as the_clock
from entremise.lib import days
from entremise.protocol.ending import Worth
from entremise.protocol.wall import Person
from entremise.web import money

register = template.Library()

_HYPHENED = re.compile(r"\S*\w-\w\S*")
_WHOLE_AT_MOST = 22  # characters: beyond, a narrow screen needs the break
_EMPTY_LINES = re.compile(r"\n[ \t]*\n")


@register.filter
def who(person: Person) -> str:
    """Return a person in full, as a stranger must be able to place them (R6b): "Name (Company)"."""
    if not person.company:
        return person.name
    return _("%(name)s (%(company)s)") % {"name": person.name, "company": person.company}


@register.filter
def moment(at: datetime, zone: str) -> str:
    """Return an instant as people say it, with the city whose time it is: "mardi 3 mars à 11 h 42 (Paris)".

    `at` is aware, `zone` the name of a time zone. A page and a mail say the same, whoever reads (R10).
    """
    local = at.astimezone(ZoneInfo(zone))
    return _("%(weekday)s %(number)s %(month)s at %(time)s (%(city)s)") % {
        "weekday": date_format(local, "l"),
        "number": days.number(local.date()),
        "month": date_format(local, "F"),
        "time": date_format(local, pgettext("time of day", "H:i")),
        "city": zone.rpartition("/")[2].replace("_", " "),
    }


@register.filter
def worth(found: Worth) -> str:
    """Return the amount of what was won, as it is written in the reader's language: "1 200,50 €"."""
    return money.amount(found.amount, found.currency)


@register.filter
def percent(share: int | str) -> str:
    """Return a share of a hundred, as the reader's language writes it: "41 %", "41%"."""
    return money.percent(share)


@register.filter
def day(at: date) -> str:
    """Return a day, or the day of an instant where its reader is, its year where one needs it: "1er décembre"."""
    return days.said_at(at, now=the_clock.now())


@register.filter
def weekday(at: date) -> str:
    """Return a day with its name, and its year where one needs it: "mardi 1er décembre"."""
    return days.said_at(at, now=the_clock.now(), weekday=True)


@register.filter
def full_day(at: date) -> str:
    """Return a day with its year: "1er décembre 2026"."""
    return days.said(at, year=True)


@register.filter
def day_number(at: date) -> str:
    """Return the day of the month as it stands in a date: "1er"."""
    return days.number(at)


@register.filter
def clock(at: datetime) -> str:
    """Return the time of day of an instant, where its reader is: "22 h 30"."""
    return days.clock(at)


@register.filter
def one_line(words: str) -> str:
    """Return somebody's own words on one line: nobody can write a paragraph that looks like ours (R6b)."""
    return " ".join(words.split())


@register.filter(is_safe=True)
def tidy(text: str) -> str:
    """Return text as paragraphs with one empty line between them, however its template is laid out."""
    return "\n\n".join(part for block in _EMPTY_LINES.split(text) if (part := lines(block)))


@register.filter(is_safe=True)
def lines(text: str) -> str:
    """Return text as one paragraph: its lines, indented as they are, without the empty ones."""
    return "\n".join(line for one in text.splitlines() if (line := one.rstrip()))


@register.filter(needs_autoescape=True)
def whole_words(text: str, autoescape: bool = True) -> SafeString:
    """Return a title as HTML whose lines never end inside a word with a hyphen ("Êtes-vous")."""
    escaped = str(conditional_escape(text) if autoescape else text)
    return mark_safe(_HYPHENED.sub(_whole, escaped))  # noqa: S308 - escaped above


def _whole(found: re.Match[str]) -> str:
    word = found.group()
    return f'<span class="whole">{word}</span>' if len(word) <= _WHOLE_AT_MOST else word


@register.filter(is_safe=True, needs_autoescape=True)
def prose(text: str, autoescape: bool = True) -> SafeString:
    """Return plain text as HTML paragraphs; the first line of one that has several is its heading.

    So that a statement is written once, and its page says exactly what its mail and its proof say (R10).
    """
    escaped = conditional_escape(text) if autoescape else text
    parts = (lines(block) for block in _EMPTY_LINES.split(escaped))
    return mark_safe("\n".join(_paragraph(part) for part in parts if part))  # noqa: S308 - escaped above


def _paragraph(text: str) -> str:
    heading, *rest = text.split("\n")
    if not rest:
        return f"<p>{heading}</p>"
    return f"<p><strong>{heading}</strong><br>\n" + "<br>\n".join(rest) + "</p>"
