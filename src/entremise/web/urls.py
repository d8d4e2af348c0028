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
    invitations,
    invited,
    lead_pages,
    leads,
    mailbox,
    needs,
    news,
    outside,
    passkeys,
    preferences,
    profiles,
    repairs,
    requests,
    rights,
    second_factor,
    security,
    shell,
    sign_in,
    silence,
    sleeping,
    stories,
    ways_in,
    welcome,
)

FAMILIES = (
    home, welcome, sign_in, ways_in, account, preferences, security, passkeys, second_factor,
    address_change, invitations, invited, profiles, mailbox, contacts_many,
    contacts, sleeping, needs, leads, lead_pages, outside, stories, requests, repairs, news,
    evaluations, silence, digest, rights, health, shell,
)  # fmt: skip

urlpatterns = [pattern for family in FAMILIES for pattern in family.urlpatterns]
