"""Every address of the pages: one module a family, each with its own `urlpatterns`."""

from __future__ import annotations

from entremise.web import (
    account,
    address_change,
    contacts,
    contacts_many,
    digest,
    evaluations,
    health,
    home,
    installation,
    invitations,
    invited,
    mailbox,
    needs,
    news,
    passkeys,
    preferences,
    profiles,
    requests,
    rights,
    second_factor,
    security,
    shell,
    sign_in,
    silence,
    stories,
    ways_in,
    welcome,
)

FAMILIES = (
    home, welcome, sign_in, ways_in, account, preferences, security, passkeys, second_factor,
    address_change, invitations, invited, profiles, mailbox, contacts_many,
    contacts, needs, stories, requests, news,
    evaluations, silence, digest, rights, installation, health, shell,
)  # fmt: skip

urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
