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
    profiles,
    requests,
    shell,
    sign_in,
    silence,
    stories,
    welcome,
)

FAMILIES = (
    home, welcome, sign_in, account, profiles, mailbox, contacts, needs, stories, requests, news, silence, health,
    shell,
)  # fmt: skip

urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
