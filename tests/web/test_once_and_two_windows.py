"""A press that comes twice makes one thing; two windows on one thing do not overwrite each other unawares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from entremise.accounts import queries as members
from entremise.people.queries import profiles
from entremise.people.queries.profiles import SeenBy
from entremise.referrals.actions import giving
from entremise.referrals.queries import stories
from entremise.web.two_versions import AsRead, Difference
from tests.cast import World, browser_of, member, world
from tests.web.test_needs import Walk


@pytest.fixture
def scene() -> World:
    return world()


@pytest.fixture
def window(scene: World) -> Client:
    return browser_of(scene.helene)


def once(client: Client) -> str:
    return re.findall(r'name="once" value="([^"]+)"', client.get("/contacts/ajouter/").content.decode())[0]


def called(name: str) -> int:
    return int(apps.get_model("people", "Contact").objects.filter(given_name=name).count())


@pytest.mark.django_db
def test_somebody_added_twice_by_one_form_is_added_once(window: Client) -> None:
    typed = {"given_name": "Olga", "once": once(window)}
    first, second = (window.post("/contacts/ajouter/", typed) for _press in range(2))
    assert first["Location"] == second["Location"]
    assert called("Olga") == 1
    window.post("/contacts/ajouter/", {"given_name": "Olga", "once": once(window)})
    assert called("Olga") == 2, "another form is another person"


@pytest.mark.django_db
def test_a_form_keeps_its_id_while_its_mistakes_are_mended(window: Client) -> None:
    sealed = once(window)
    page = window.post("/contacts/ajouter/", {"emails": "rien", "once": sealed}).content.decode()
    assert f'name="once" value="{sealed}"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("made_up", ["", "abc", "aaaaaaaaaaaaaaaaaaaaaaaaaa"])
def test_an_id_that_is_not_ours_is_not_taken(window: Client, made_up: str) -> None:
    assert window.post("/contacts/ajouter/", {"given_name": "Olga", "once": made_up}).status_code == 302
    assert made_up not in apps.get_model("people", "Contact").objects.values_list("uid", flat=True)
    assert called("Olga") == 1


@pytest.mark.django_db
def test_an_id_serves_its_own_member_only(scene: World, window: Client) -> None:
    """R44: nobody lands on another's contact by sending their form."""
    typed = {"given_name": "Olga", "once": once(window)}
    window.post("/contacts/ajouter/", typed)
    other = browser_of(member(scene).pk)
    answer = other.post("/contacts/ajouter/", typed)
    assert other.get(answer["Location"]).status_code == 200
    assert called("Olga") == 2


@pytest.mark.django_db
def test_the_second_window_sees_both_versions_and_keeps_nothing_unawares(scene: World, window: Client) -> None:
    address = f"/contacts/{scene.ines.uid}/modifier/"
    version = re.findall(r'name="version" value="(\d+)"', window.get(address).content.decode())[0]
    one = {"given_name": "Inès", "family_name": "Moreau", "notes": "Première fenêtre", "version": version}
    two = {**one, "notes": "Seconde fenêtre"}
    assert window.post(address, one).status_code == 302
    answer = window.post(address, two)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>Première fenêtre</td><td>Seconde fenêtre</td>" in page
    newer = re.findall(r'name="version" value="(\d+)"', page)[0]
    assert window.post(address, {**two, "version": newer}).status_code == 302
    assert "Seconde fenêtre" in window.get(f"/contacts/{scene.ines.uid}/").content.decode()


class Asked(AsRead):
    name = forms.CharField(label="Name")
    colour = forms.ChoiceField(label="Colour", choices=[("r", "Red"), ("Cold", [("b", "Blue")])])


def asked(kept: dict[str, Any], *, opened_on: dict[str, Any], **typed: str) -> Asked:
    data = QueryDict(mutable=True)
    data.update({**typed, "as_read": Asked(initial=opened_on)["as_read"].value()})
    return Asked(data, initial=kept)


def test_what_was_changed_meanwhile_is_refused_once_with_both_versions() -> None:
    opened, meanwhile = {"name": "Inès", "colour": "r"}, {"name": "Inès", "colour": "b"}
    form = asked(meanwhile, opened_on=opened, name="Inès M.", colour="r")
    assert not form.is_valid()
    assert form.differences == (
        Difference(label="Name", kept="Inès", typed="Inès M."),
        Difference(label="Colour", kept="Blue", typed="Red"),
    )
    again = Asked(form.data, initial=meanwhile)
    assert again.is_valid(), "sent once more it replaces the other version"
    assert again.cleaned_data == {"name": "Inès M.", "colour": "r"}


def test_what_nobody_changed_meanwhile_is_kept_at_once() -> None:
    kept = {"name": "Inès", "colour": "r"}
    assert asked(kept, opened_on=kept, name="Inès M.", colour="b").is_valid()


def test_the_same_thing_typed_in_both_windows_is_no_difference() -> None:
    kept = {"name": "Inès M.", "colour": "r"}
    assert asked(kept, opened_on={"name": "Inès", "colour": "r"}, name="Inès M.", colour="r").is_valid()


@pytest.mark.django_db
def test_a_file_brought_twice_by_one_page_is_brought_once_and_says_so(window: Client) -> None:
    card = SimpleUploadedFile(
        "c.vcf", b"BEGIN:VCARD\nVERSION:3.0\nFN:Olga Petrova\nN:Petrova;Olga;;;\nEND:VCARD\n", "text/vcard"
    )
    address = window.post("/contacts/apporter/", {"file": card})["Location"]
    for _press in range(2):
        assert window.post(address, {"keep": ["0"]})["Location"] == "/contacts/"
    assert called("Olga") == 1


# -- drafts


@pytest.fixture
def typed(scene: World) -> Iterator[Client]:
    with translation.override("fr"):
        yield browser_of(scene.helene)


@pytest.mark.django_db
def test_a_new_draft_kept_twice_by_one_page_is_kept_once(scene: World, typed: Client) -> None:
    walk = Walk(typed, scene, f"/recommander/?client={scene.marc.uid}&receiver={scene.ines.uid}")
    page = walk.response
    for _press in range(2):
        walk.response = page
        assert walk.press("keep").response["Location"] == "/recommander/brouillons/"
    assert len(stories.drafts(owner_pk=scene.helene.pk)) == 1


@pytest.mark.django_db
def test_two_windows_on_one_draft_keep_both_versions(scene: World) -> None:
    act: dict[str, Any] = {"giver": scene.helene, "chance": scene.chance}
    opened = scene.draft()
    uid = giving.keep_draft(draft=opened, now=scene.now, **act)
    read = giving.print_of(opened)
    first, second = (replace(opened, note=f"Fenêtre {number}") for number in (1, 2))
    later = scene.now + timedelta(minutes=5)
    assert giving.keep_draft(draft=first, uid=uid, read=read, now=later, **act) == uid
    with pytest.raises(giving.DraftChanged):
        giving.keep_draft(draft=second, uid=uid, read=read, now=later, **act)
    assert stories.draft(owner_pk=scene.helene.pk, uid=uid).note == "Fenêtre 1"
    # The same thing kept twice is no difference.
    assert giving.keep_draft(draft=first, uid=uid, read=read, now=later, **act) == uid


@pytest.mark.django_db
def test_the_page_of_a_draft_says_that_both_versions_are_kept(scene: World, typed: Client) -> None:
    uid = giving.keep_draft(giver=scene.helene, draft=scene.draft(), now=scene.now, chance=scene.chance)
    window = Walk(typed, scene, f"/recommander/brouillons/{uid}/")
    other = replace(scene.draft(), note="L’autre fenêtre")
    giving.keep_draft(giver=scene.helene, draft=other, uid=uid, now=scene.now, chance=scene.chance)
    window.press("keep")
    assert "les deux versions sont gardées" in typed.get("/recommander/brouillons/").content.decode()
    assert len(stories.drafts(owner_pk=scene.helene.pk)) == 2


@pytest.mark.django_db
def test_ones_own_page_changed_in_two_windows_shows_both_versions(scene: World, typed: Client) -> None:
    del scene
    form = typed.get("/moi/identite/").content.decode()
    read = re.findall(r'name="as_read" value="(\w+)"', form)[0]
    said = {"name": "Hélène Vasseur", "company": "", "trade": "", "language": "fr", "time_zone": "Europe/Paris"}
    assert typed.post("/moi/identite/", {**said, "company": "Vasseur et filles", "as_read": read}).status_code == 302
    second = {**said, "company": "Vasseur Conseil", "as_read": read}
    page = typed.post("/moi/identite/", second).content.decode()
    assert "<td>Vasseur et filles</td><td>Vasseur Conseil</td>" in page
    read = re.findall(r'name="as_read" value="(\w+)"', page)[0]
    assert typed.post("/moi/identite/", {**second, "as_read": read}).status_code == 302


def as_read(page: str) -> str:
    return re.findall(r'name="as_read" value="(\w+)"', page)[0]


@pytest.mark.django_db
def test_what_is_sent_to_me_changed_in_two_windows_shows_both_versions(scene: World, typed: Client) -> None:
    address = "/moi/preferences/"
    read = as_read(typed.get(address).content.decode())
    first = {"digest_hour": "6", "mails": ["word"], "as_read": read}
    second = {"digest_on": "on", "digest_hour": "18", "mails": ["word"], "as_read": read}
    assert typed.post(address, first).status_code == 302
    answer = typed.post(address, second)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r"<td>non</td>\s*<td>oui</td>", page)
    assert re.search(r"<td>6.h</td>\s*<td>18.h</td>", page)
    assert not members.by_pk(scene.helene.pk).digest_on  # type: ignore[union-attr]
    assert typed.post(address, {**second, "as_read": as_read(page)}).status_code == 302
    kept = members.by_pk(scene.helene.pk)
    assert kept is not None
    assert (kept.digest_on, kept.digest_hour, kept.mails) == (True, 18, {"word"})


@pytest.mark.django_db
def test_who_reads_my_profile_changed_in_two_windows_shows_both_versions(scene: World, typed: Client) -> None:
    """R44: nobody is shown a profile by a page that was opened before."""
    address = "/moi/fiche/qui/"
    read = as_read(typed.get(address).content.decode())
    say = {"act": "seen_by", "as_read": read}
    assert typed.post(address, {**say, "seen_by": "chosen"}).status_code == 302
    answer = typed.post(address, {**say, "seen_by": "members"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r"<td>Les contacts que je choisis</td>\s*<td>Tous les membres</td>", page)
    assert profiles.mine(owner_pk=scene.helene.pk).seen_by == SeenBy.CHOSEN  # type: ignore[union-attr]
    assert typed.post(address, {"act": "seen_by", "seen_by": "members", "as_read": as_read(page)}).status_code == 302
    assert profiles.mine(owner_pk=scene.helene.pk).seen_by == SeenBy.MEMBERS  # type: ignore[union-attr]
