"""Take everything along, hand the installation over, leave (R47)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from entremise.accounts import actions, queries
from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from tests.cast import INES, World, browser_of, contact_draft, introduced, member, world
from tests.web.link_pages import OF_MARC, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


def signed_in(scene: World, who: MemberCard, *, ago: timedelta = timedelta()) -> Client:
    """A browser whose session was opened so long ago."""
    browser = browser_of(who)
    key = browser.session.session_key
    assert key
    begun = {"session_key": key, "browser": "", "system": "", "now": scene.now - ago}
    actions.begin_visit(member_pk=who.pk, chance=scene.chance, **begun)
    return browser


def archive(scene: World, who: MemberCard) -> zipfile.ZipFile:
    answer = signed_in(scene, who).post("/moi/donnees/archive/")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def table(found: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return list(json.loads(found.read(f"{name}.json")))


# -- taking along --------------------------------------------------------------------------------------


def test_everything_is_there_in_open_formats(scene: World) -> None:
    """R47."""
    uid, to_ines, _to_marc = introduced(scene)
    scene.thank(to_ines, "Merci de votre confiance.")
    found = archive(scene, scene.helene)
    (given,) = table(found, "referrals-given")
    assert (given["id"], given["client"], given["receiver"]) == (uid, "Marc Delaunay", "Inès Moreau")
    assert "Merci de votre confiance." in [one["text"] for one in given["happened"]]
    assert {one["given_name"] for one in table(found, "contacts")} == {"Inès", "Marc"}
    assert found.read("contacts.vcf").decode().count("BEGIN:VCARD") == 2
    assert [one["kind"] for one in table(found, "proofs-of-introductions")] == ["receiver", "principle", "name"]
    assert table(found, "me")[0]["name"] == "Hélène Vasseur"
    page = found.read("index.html").decode()
    assert "Marc Delaunay" in page
    assert "http" not in page.replace("https://", "http").split("<body>")[0]


def test_every_table_is_there_as_json_and_as_csv(scene: World) -> None:
    scene.send()
    found = archive(scene, scene.helene)
    names = {name.rpartition(".")[0] for name in found.namelist() if name.endswith(".json")}
    assert names == {name.rpartition(".")[0] for name in found.namelist() if name.endswith(".csv")}
    for name in names:
        rows = table(found, name)
        read = list(csv.DictReader(io.StringIO(found.read(f"{name}.csv").decode("utf-8-sig"))))
        assert len(rows) == len(read), name


def test_no_cell_of_a_spreadsheet_is_a_formula(scene: World) -> None:
    """A contact's name that somebody else wrote must not act when the file is opened."""
    scene.add(contact_draft("=HYPERLINK(0)", "@SUM(1)", "+33", "a@example.org", "+33 6 00 00 00 00"))
    found = archive(scene, scene.helene)
    for name in (one for one in found.namelist() if one.endswith(".csv")):
        for row in csv.reader(io.StringIO(found.read(name).decode("utf-8-sig"))):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))], name


def test_the_archive_of_a_giver_tells_no_quiet_decision(scene: World) -> None:
    """R7: it is the same whether the client said no or said nothing."""
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    before = archive(scene, scene.helene)
    scene.no(scene.last_to("marc@cedre-bleu.example"))
    after = archive(scene, scene.helene)
    for name in ("referrals-given", "proofs-of-introductions", "proofs-of-yours", "evaluations"):
        assert before.read(f"{name}.json") == after.read(f"{name}.json"), name


def test_the_archive_of_a_receiver_names_the_client_only_once_introduced(scene: World) -> None:
    """R4."""
    ines = member(scene, name="Inès Moreau", email=INES)
    scene.send()
    found = archive(scene, ines)
    everything = "".join(found.read(name).decode() for name in found.namelist())
    for words in OF_MARC:
        assert words not in everything
    (asked,) = table(found, "referrals-received")
    assert (asked["from"], asked["other"]) == ("Hélène Vasseur", "")


def test_once_introduced_the_archive_of_a_receiver_holds_what_was_handed_over(scene: World) -> None:
    ines = member(scene, name="Inès Moreau", email=INES)
    introduced(scene)
    (asked,) = table(archive(scene, ines), "referrals-received")
    assert (asked["other"], asked["other_details"]) == ("Marc Delaunay", "06 98 76 54 32")
    assert [one["said"] for one in table(archive(scene, ines), "proofs-of-yours")] == ["yes"]


def test_a_device_left_open_does_not_hand_out_a_notebook(scene: World) -> None:
    """R47: a fresh sign-in is asked for."""
    browser = signed_in(scene, scene.helene, ago=timedelta(minutes=16))
    assert "Se reconnecter" in text(browser.get("/moi/donnees/"))
    answer = browser.post("/moi/donnees/archive/")
    assert (answer.status_code, answer.url) == (302, "/moi/donnees/")
    again = browser.post("/moi/donnees/se-reconnecter/")
    assert again.url.endswith("?next=/moi/donnees/")
    assert browser.get("/moi/donnees/").status_code == 302


# -- leaving -------------------------------------------------------------------------------------------


def test_a_member_leaves_on_their_word_and_may_think_better_of_it(scene: World) -> None:
    """R47."""
    olga = member(scene)
    browser = signed_in(scene, olga)
    assert browser.post("/moi/partir/", {"leave": "1"}).status_code == 422
    assert browser.post("/moi/partir/", {"leave": "1", "sure": "on"}).status_code == 302
    page = text(browser.get("/moi/partir/"))
    assert "9 novembre" in page
    browser.post("/moi/partir/rester/")
    after = queries.by_pk(olga.pk)
    assert after is not None
    assert after.leaving_at is None


def test_the_owner_is_asked_to_hand_over_first(scene: World) -> None:
    olga = member(scene)
    browser = signed_in(scene, scene.helene)
    browser.post("/moi/partir/", {"leave": "1", "sure": "on"})
    owner = queries.by_pk(scene.helene.pk)
    assert owner is not None
    assert owner.leaving_at is None
    assert "Olga Petrova" in text(browser.get("/moi/partir/"))
    browser.post("/moi/partir/", {"successor": olga.uid})
    heir = queries.owner()
    assert heir is not None
    assert heir.pk == olga.pk


def test_without_a_fresh_sign_in_nobody_leaves(scene: World) -> None:
    olga = member(scene)
    browser = signed_in(scene, olga, ago=timedelta(hours=1))
    browser.post("/moi/partir/", {"leave": "1", "sure": "on"})
    after = queries.by_pk(olga.pk)
    assert after is not None
    assert after.leaving_at is None
