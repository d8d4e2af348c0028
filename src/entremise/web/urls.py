"""Every address of the pages: one module a family, each with its own `urlpatterns`."""

from __future__ import annotations

from entremise.web import account, contacts, home, mailbox, sign_in, welcome

FAMILIES = (home, welcome, sign_in, account, mailbox, contacts)

urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
