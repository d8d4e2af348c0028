"""Django's own way of sending mail is closed: every letter leaves through the outbox, where the wall is asked."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Refuses, loudly: a letter sent here would have passed by the outbox (R4)."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise RuntimeError("Mail leaves through entremise.outbox.actions.enqueue, and nowhere else.")
