"""Filters for what is held about a person: what a request was, and an instant where its reader is."""

from __future__ import annotations

from datetime import datetime

from django import template

from entremise.referrals.queries.held_values import HeldRequest
from entremise.web import rights_files

register = template.Library()


@register.filter
def sort_words(one: HeldRequest) -> str:
    """Return what a request was: "You were told a name, and asked to confirm"."""
    return rights_files.title(one)


@register.filter
def instant_words(at: datetime) -> str:
    """Return an instant with its year, where its reader is."""
    return rights_files.instant(at)
