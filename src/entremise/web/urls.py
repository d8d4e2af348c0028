"""Every address of the pages: one module a family, each with its own `urlpatterns`."""

from __future__ import annotations

from entremise.web import (
    account,
    contacts,
    health,
    home,
    mailbox,
    needs,
    news,
    requests,
    sign_in,
    silence,
    stories,
    welcome,
)

FAMILIES = (home, welcome, sign_in, account, mailbox, contacts, needs, stories, requests, news, silence, health)

urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
