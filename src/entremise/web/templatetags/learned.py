"""Filters for the look back at a month: a question and a correction, said as on their own pages (R27, R28)."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.formats import date_format

from entremise.insights.correcting import Effect
from entremise.lib import law
from entremise.protocol.correction import CorrectionKind
from entremise.protocol.diagnosis import Question
from entremise.web import correction_words
from entremise.web.correction_words import Said
from entremise.web.review_words import QUESTIONS

register = template.Library()


@register.filter
def month_and_year(first: date) -> str:
    """Return a month as it is said: "novembre 2026"."""
    return date_format(first, "F Y")


@register.filter
def asked(question: Question) -> str:
    """Return one of the four questions."""
    return str(QUESTIONS[question])


@register.filter
def corrected(kind: CorrectionKind) -> str:
    """Return what a small correction is."""
    return str(correction_words.TITLES[kind])


@register.filter
def tried(effect: Effect) -> str:
    """Return what a correction is, in the member's own words where they are theirs."""
    return correction_words.title(effect.adopted)


@register.filter
def stands(effect: Effect) -> Said | None:
    """Return what can be said of a correction, honestly, and the next step; None of one that was never in force."""
    if effect.change is None or effect.compared is None:
        return None
    running = effect.compared.after.stretch.until is None
    return correction_words.said(effect.change, policy=law.policy(), running=running)
