"""The giver's way in: one question a page, nothing kept unasked, the exact mails before they go (R1–R6b, R12)."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entremise.lib.chance import SystemChance
from entremise.people.actions import remove_contact
from entremise.people.queries import contact_page
from entremise.protocol import care
from entremise.protocol.care import Fit, Question, Source, Why
from entremise.protocol.policy import DEFAULT
from entremise.referrals.actions import giving
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.queries import stories
from entremise.web import need_words
from entremise.web.need_state import stand
from tests import cast
from tests.cast import World, browser_of, contact_draft

pytestmark = pytest.mark.django_db

ANSWERS: dict[str, dict[str, Any]] = {
    "client": {},
    "trade": {"trade": "ventilation-engineer"},
    "kind": {"client_kind": "restaurant"},
    "area": {"area": "FR-69123"},
    "receiver": {},
    "real": {"source": "told_me", "urgency": "dated", "wanted_by": "2027-01-29"},
    "known": {"knows_receiver": "well", "knows_client": "somewhat", "steps_back": "yes"},
    "fits": {question.value: "yes" for question in Question},
    "verdict": {},
    "brief": {
        "note": "La cuisine reste ouverte pendant les travaux.",
        "reason": "Refaire la ventilation",
        "budget": "",
    },
    "effort": {"effort": "name", "commission": "no"},
}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = cast.world()
    monkeypatch.setattr("entremise.web.needs.now", lambda: made.now)
    return made


@pytest.fixture
def giver(world: World) -> Client:
    return signed_in(world.helene.pk)


def signed_in(pk: int) -> Client:
    client = browser_of(pk)
    client.cookies["django_language"] = "en"
    get_user_model().objects.filter(pk=pk).update(language="en")
    return client


class Walk:
    """One giver with a page open: fills it in as a person does, and holds the page that came back."""

    def __init__(self, giver: Client, world: World, start: str = "/recommander/") -> None:
        self.browser, self.world = giver, world
        self.response: Any = giver.get(start)

    @property
    def page(self) -> str:
        return html.unescape(self.response.content.decode())

    @property
    def step(self) -> str:
        return self.hidden("step")

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.response.content.decode())
        assert found, self.page
        return html.unescape(found.group(1))

    @property
    def action(self) -> str:
        found = re.search(r'<form method="post" action="([^"]+)"', self.response.content.decode())
        assert found, self.page
        return found.group(1)

    def press(self, act: str = "next", *, headers: dict[str, str] | None = None, **said: Any) -> Walk:
        fields = {name: self.hidden(name) for name in ("typed", "step", "then")}
        self.response = self.browser.post(self.action, {**fields, "act": act, **said}, headers=headers)
        return self

    def answer(self, **said: Any) -> Walk:
        """Answer the page that is open as the reference example does, with changes."""
        step = self.step
        people = {"client": {"client": self.world.marc.uid}, "receiver": {"receiver": self.world.ines.uid}}
        before = self.step
        self.press(**{**ANSWERS.get(step, {}), **people.get(step, {}), **said})
        assert self.response.status_code != 200 or self.step != before or said, self.page
        return self

    def until(self, step: str) -> Walk:
        """Answer page after page until this one is open."""
        for _page in range(14):
            if self.step == step:
                return self
            self.answer()
        raise AssertionError(f"{step} is never reached: {self.page}")


@pytest.fixture
def walk(giver: Client, world: World) -> Walk:
    return Walk(giver, world)


def rows() -> dict[str, int]:
    """How many rows every table of the program holds."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.startswith("entremise.")
    }


def test_a_need_is_walked_through_and_sent_page_by_page(walk: Walk, world: World) -> None:
    seen = []
    while walk.step != "letters":
        seen.append(walk.step)
        walk.answer()
    assert seen == list(ANSWERS)
    walk.press("send")
    (line,) = stories.story_page(giver_pk=world.helene.pk).lines
    assert walk.response.status_code == 302
    assert walk.response["Location"] == f"/histoire/{line.uid}/"
    world.run()
    assert len(world.mails_to(cast.INES)) == 1
    assert world.mails_to(cast.MARC) == []


@pytest.mark.parametrize(("introduced", "first"), [("", cast.INES), ("ines", cast.FRANCOIS), ("marc", cast.FRANCOIS)])
def test_the_mails_are_shown_word_for_word_before_they_go(
    world: World, giver: Client, introduced: str, first: str
) -> None:
    """R6b, R38: the giver sees the exact mail that leaves first; only the link and its digits are examples."""
    if introduced:
        world.met_through(world.add(cast.FRANCOIS_DRAFT), getattr(world, introduced))
    walk = Walk(giver, world)
    page = walk.until("letters").page
    walk.press("send")
    world.run()
    mail = world.last_to(first)
    secret = re.compile(r"https?://\S+|^\s*\d ?\d ?\d ?\d\s*$", re.MULTILINE)
    lines = [line.strip() for line in secret.sub("", mail.text).splitlines() if line.strip()]
    assert len(lines) > 5
    shown = secret.sub("", page)
    assert mail.subject in shown
    assert [line for line in lines if line not in shown] == []


def test_the_receivers_mail_in_the_preview_does_not_name_the_client(walk: Walk) -> None:
    """R4, R5: neither does the client's first one name the receiver."""
    letters = [mail.letter for mail in walk.until("letters").response.context["mails"]]
    to_receiver, first, second = (letter.subject + letter.text for letter in letters)
    for word in ("Marc", "Delaunay", "Cèdre"):
        assert word not in to_receiver
    assert "Moreau" not in first
    assert "Inès" not in first
    assert "Inès Moreau" in second


def test_trying_the_test_leaves_no_trace(walk: Walk, giver: Client) -> None:
    """R3: what was typed travels with the form, and nothing is written, not even in the session."""
    before, session = rows(), dict(giver.session.items())
    walk.until("letters")
    assert rows() == before
    assert dict(giver.session.items()) == session


@pytest.mark.parametrize("after", ["trade", "receiver", "fits", "verdict", "letters"])
def test_a_page_of_before_may_be_sent_again(walk: Walk, after: str) -> None:
    """The browser's Back: every page holds all it needs, and may be kept by the browser."""
    walk.until(after)
    assert walk.response["Cache-Control"] == "private, max-age=0"
    earlier = walk.response
    if after != "letters":
        walk.until("letters")
    walk.response = earlier
    assert walk.step == after
    walk.until("letters")


def test_back_and_change_lose_nothing(walk: Walk) -> None:
    walk.until("fits").press("back")
    assert walk.step == "known"
    assert "checked" in walk.page
    walk.until("letters").press("change:area")
    assert walk.step == "area"
    walk.press(area="FR-ARA")
    assert walk.step == "letters"
    assert "Auvergne-Rhône-Alpes" in walk.page


def test_another_receiver_is_judged_anew(walk: Walk, world: World) -> None:
    paul = world.add(cast.contact_draft("Paul", "Rivet", "", "paul@rivet.example"))
    walk.until("letters").press("change:receiver").press(receiver=paul.uid)
    assert walk.step == "known"


@pytest.mark.parametrize(
    ("step", "typed", "found"),
    [("client", "del", "Marc Delaunay"), ("trade", "plomb", "Plumber"), ("area", "saint-e", "Saint-Étienne")],
)
@pytest.mark.parametrize("script", [True, False])
def test_one_is_found_as_one_types_or_by_the_button(
    walk: Walk, step: str, typed: str, found: str, script: bool
) -> None:
    walk.until(step)
    walk.press("search", q=typed, headers={"HX-Request": "true"} if script else None)
    assert found in walk.page
    assert ("<html" in walk.page) is not script
    assert "mistakes" not in walk.page


def test_a_search_without_an_answer_says_so(walk: Walk) -> None:
    assert "Nobody in your address book answers to that." in walk.press("search", q="xyzzy").page


def test_somebody_is_added_in_place(walk: Walk, world: World) -> None:
    walk.press(given_name="Luc", email="luc@lenoir.example", phone="06 11 22 33 44")
    assert walk.step == "trade"
    assert [line.name for line in contact_page(owner_pk=world.helene.pk, search="luc").lines] == ["Luc"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"given_name": "Luc"}, "Please write an e-mail address"),
        ({"email": "luc@lenoir.example"}, "Please write their name."),
        ({"given_name": "Luc", "email": "luc"}, "Please look at this again."),
    ],
)
def test_somebody_added_in_place_can_be_named_and_reached(walk: Walk, said: dict[str, str], words: str) -> None:
    before = rows()
    assert words in walk.press(**said).page
    assert rows() == before
    assert "<details open" in walk.page


def test_another_members_contacts_are_not_found(walk: Walk, world: World) -> None:
    """R44."""
    olga = cast.member(world)
    theirs = replace(world, helene=olga).add(cast.contact_draft("Zoé", "Caché", "", "zoe@cache.example"))
    assert "Caché" not in walk.press("search", q="Zoé").page
    walk.press(client=theirs.uid)
    assert walk.step == "client"
    assert "Please choose somebody of your address book" in walk.page
    assert "Caché" not in walk.page


def test_what_another_member_sealed_is_not_read(walk: Walk, world: World) -> None:
    """R44: the hidden field is its writer's own."""
    stolen = walk.until("letters").hidden("typed")
    other = signed_in(cast.member(world).pk)
    answer = other.post("/recommander/", {"typed": stolen, "step": "letters", "act": "next"})
    assert answer.status_code == 302


def test_what_was_changed_by_hand_is_refused_kindly(giver: Client) -> None:
    answer = giver.post("/recommander/", {"typed": "eyJ9:x:y", "step": "trade"}, follow=True)
    assert "Please begin again" in answer.content.decode()


def test_a_contact_that_went_meanwhile_is_asked_for_again(walk: Walk, world: World) -> None:
    walk.until("letters")
    remove_contact(owner_pk=world.helene.pk, uid=world.marc.uid, now=world.now)
    walk.press("send")
    assert walk.step == "client"


# -- the test ---------------------------------------------------------------------------------------


def test_every_reason_a_judgement_can_give_has_a_sentence(world: World) -> None:
    """R12: why it fits or not, in words."""
    at = stand(world.draft(), member=world.helene, now=world.now)
    days = [world.now.date() + timedelta(days=days) for days in (-1, 10, 400)]
    times = [("now", None), ("none", None), ("later", None), *(("dated", day) for day in days)]
    said = set()
    spoken_of = frozenset(Question) - {Question.WANTED}  # whether the client has somebody is in no profile
    for source, fit, overruled, (urgency, day), against in product(
        Source, Fit, ((), tuple(Question)), times, (frozenset(), spoken_of)
    ):
        draft = world.draft(
            source=source, urgency=urgency, wanted_by=day, fits=dict.fromkeys(Question, fit), overruled=overruled,
            knows_receiver="hardly", knows_client="hardly", steps_back=fit is Fit.YES,
        )  # fmt: skip
        judged = care.judge(replace(draft.answers(), against_profile=against), today=world.now.date(), policy=DEFAULT)
        said |= {(one.why, one.about) for one in judged.reasons}
        assert all(need_words.reason_words(one, at=at) for one in judged.reasons)
    assert {why for why, _about in said} == set(Why)


def test_a_mismatch_is_overruled_line_by_line_or_let_go(walk: Walk, world: World) -> None:
    """R12."""
    walk.until("fits").answer(area="no", budget="no")
    assert "Something does not fit" in walk.page
    assert "as a number over several people together, never by whom" in walk.page, "R27: the receiver learns a count"
    walk.press(overruled=["area"])
    assert walk.step == "verdict"
    assert "tick each line" in walk.page
    walk.press(overruled=["area", "budget"])
    assert walk.step == "brief"
    walk.until("letters").press("send")
    assert walk.response.status_code == 302


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ({"source": "heard"}, "It is only a hint"),
        ({"source": "guessed"}, "It is only a hint"),
        ({"urgency": "none"}, "It is only a hint"),
        ({"urgency": "later", "wanted_by": ""}, "It is only a hint"),
        ({"wanted_by": "2028-06-01"}, "Not yet"),
    ],
)
def test_without_a_present_need_nobody_is_contacted(walk: Walk, said: dict[str, str], title: str) -> None:
    """R2, R11: said plainly, with a draft to keep, and no way on."""
    walk.until("real").answer(**said)
    walk.until("verdict")
    assert title in walk.page
    assert "Nobody will be contacted" in walk.page
    assert 'value="next"' not in walk.page
    walk.press("next")
    assert walk.step == "verdict"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"urgency": "dated", "wanted_by": ""}, "Please say by when"),
        ({"urgency": "dated", "wanted_by": "2026-10-01"}, "This day is past"),
        ({"source": ""}, "Please choose an answer."),
    ],
)
def test_the_questions_say_beside_the_field_what_is_missing(walk: Walk, said: dict[str, str], words: str) -> None:
    walk.until("real").answer(**said)
    assert walk.step == "real"
    assert words in walk.page


def test_who_hardly_knows_somebody_is_told_what_they_risk(walk: Walk) -> None:
    """R1."""
    walk.until("known").answer(knows_receiver="hardly").until("verdict")
    assert "You hardly know Inès Moreau." in walk.page


# -- the brief --------------------------------------------------------------------------------------


def test_what_would_give_somebody_away_is_marked_and_stays_typed(walk: Walk) -> None:
    """R4."""
    note = "Marc veut refaire la hotte, marc@cedre-bleu.example."
    walk.until("brief").answer(note=note)
    assert walk.step == "brief"
    assert "<mark>Marc</mark>" in walk.page
    assert "the name of Marc Delaunay" in walk.page
    assert "is an e-mail address" in walk.page
    assert note in walk.page.split("<textarea")[1]
    walk.press("keep", note=note)
    drafted = stories.drafts(owner_pk=walk.world.helene.pk)[0].draft
    assert drafted.note == note


def test_a_long_note_is_refused(walk: Walk) -> None:
    walk.until("brief").answer(note="a" * 401)
    assert "keep it to 400 characters" in walk.page


def test_ones_own_words_for_a_trade_widen_the_place_and_name_nobody(walk: Walk) -> None:
    """R4."""
    walk.until("trade").answer(trade="other", trade_words="la société de Marc")
    assert walk.step == "trade"
    assert "<mark>Marc</mark>" in walk.page
    walk.answer(trade="other", trade_words="restauration de clavecins")
    walk.until("area").press("search", q="Lyon")
    assert "The need will say: Auvergne-Rhône-Alpes" in walk.page
    walk.press(area="FR-69123")
    walk.until("brief")
    assert "Lyon" not in walk.response.context["sentences"][0][1]


def test_a_trade_must_be_said(walk: Walk) -> None:
    walk.until("trade").answer(trade="other", trade_words=" ")
    assert "Please say which trade it is." in walk.page


# -- people who cannot be asked ---------------------------------------------------------------------


def test_somebody_without_an_address_can_be_chosen(walk: Walk, world: World) -> None:
    """R6d: the giver carries the link, or reads the text aloud."""
    silent = world.add(cast.contact_draft("Rémi", "Sourd", "", "", "06 55 44 33 22"))
    walk.press(client=silent.uid)
    assert walk.step == "trade"


@pytest.mark.parametrize(
    ("email", "phone", "words"),
    [
        (cast.MARC, "", "the same e-mail address"),
        ("autre@cedre-bleu.example", "06 98 76 54 32", "the same telephone number"),
        (cast.HELENE, "", "your own e-mail address"),
    ],
)
def test_the_same_person_twice_is_refused_with_the_reason(
    walk: Walk, world: World, email: str, phone: str, words: str
) -> None:
    """R1: the reason is drawn from what the giver typed."""
    twin = world.add(cast.contact_draft("Le", "Même", "", email, phone))
    walk.until("receiver").answer(receiver=twin.uid)
    assert walk.step == "receiver"
    assert words in walk.page


def test_the_client_is_not_their_own_receiver(walk: Walk, world: World) -> None:
    """R1."""
    walk.until("receiver").answer(receiver=world.marc.uid)
    assert walk.step == "receiver"
    assert "mistakes" in walk.page


def test_a_days_limit_is_said_and_the_draft_can_be_kept(walk: Walk, world: World) -> None:
    """R46."""
    for number in range(DEFAULT.given_a_day_first):
        other = world.add(cast.contact_draft("Autre", f"Un{number}", "", f"a{number}@autre.example"))
        draft = replace(world.draft(note=""), receiver=other.uid)
        giving.send(giver=world.helene, draft=draft, now=world.now, chance=world.chance, policy=DEFAULT)
    walk.until("letters").press("send")
    assert walk.response.status_code == 409
    assert "in the last 24 hours" in walk.page
    walk.press("keep")
    assert len(stories.drafts(owner_pk=world.helene.pk)) == 1


# -- sending once, drafts ---------------------------------------------------------------------------


def test_pressing_send_twice_sends_once(walk: Walk, world: World) -> None:
    page = walk.until("letters").response
    first = walk.press("send").response["Location"]
    walk.response = page
    assert walk.press("send").response["Location"] == first
    assert stories.story_page(giver_pk=world.helene.pk).total == 1


def test_a_draft_is_kept_taken_up_and_deleted(walk: Walk, world: World, giver: Client) -> None:
    """R3: kept because the giver asked for it."""
    walk.until("known").press("keep")
    assert walk.response["Location"] == "/recommander/brouillons/"
    listed = giver.get("/recommander/brouillons/").content.decode()
    assert "Inès Moreau, for Marc Delaunay" in listed
    (line,) = stories.drafts(owner_pk=world.helene.pk)
    again = Walk(giver, world, f"/recommander/brouillons/{line.uid}/")
    assert again.step == "known"
    again.answer(steps_back="no").press("keep")
    assert len(stories.drafts(owner_pk=world.helene.pk)) == 1
    asked = giver.get(f"/recommander/brouillons/{line.uid}/effacer/")
    assert "Delete this draft?" in asked.content.decode()
    assert len(stories.drafts(owner_pk=world.helene.pk)) == 1
    giver.post(f"/recommander/brouillons/{line.uid}/effacer/")
    assert stories.drafts(owner_pk=world.helene.pk) == ()
    assert "No draft is kept" in giver.get("/recommander/brouillons/").content.decode()


def test_a_draft_sends_once_from_however_many_windows_and_is_then_gone(world: World, giver: Client) -> None:
    uid = giving.keep_draft(giver=world.helene, draft=world.draft(), now=world.now, chance=SystemChance())
    windows = [Walk(giver, world, f"/recommander/brouillons/{uid}/") for _window in range(2)]
    places = {window.until("letters").press("send").response["Location"] for window in windows}
    assert places == {f"/histoire/{uid}/"}
    assert stories.drafts(owner_pk=world.helene.pk) == ()


def test_a_draft_deleted_in_another_window_can_be_kept_again(world: World, giver: Client) -> None:
    uid = giving.keep_draft(giver=world.helene, draft=world.draft(), now=world.now, chance=SystemChance())
    window = Walk(giver, world, f"/recommander/brouillons/{uid}/")
    giving.drop_draft(giver=world.helene, uid=uid)
    assert window.press("keep").response.status_code == 302
    assert len(stories.drafts(owner_pk=world.helene.pk)) == 1


def test_two_presses_at_the_same_instant_send_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second does not see the first before it writes; the database does."""
    at = {"giver": world.helene, "draft": world.draft(), "now": world.now, "chance": world.chance, "policy": DEFAULT}
    uid = world.chance.uid()
    assert giving.send(uid=uid, **at) == uid
    seen = iter([False, True])
    monkeypatch.setattr(giving, "_is_sent", lambda giver, uid: next(seen))
    assert giving.send(uid=uid, **at) == uid
    assert stories.story_page(giver_pk=world.helene.pk).total == 1


def test_a_place_that_left_the_list_is_asked_for_again(world: World, giver: Client) -> None:
    draft = world.draft(area="FR-00000", trade="lamplighter")
    uid = giving.keep_draft(giver=world.helene, draft=draft, now=world.now, chance=SystemChance())
    assert giver.get("/recommander/brouillons/").status_code == 200
    assert Walk(giver, world, f"/recommander/brouillons/{uid}/").step == "trade"


@pytest.mark.parametrize("urgent", ["today", "soon", "now"])
def test_the_mails_of_the_shortest_needs_are_shown_too(walk: Walk, world: World, urgent: str) -> None:
    """R6a: at least three days a request, however near the date."""
    days = {"today": 0, "soon": 2}
    said = {"urgency": "now", "wanted_by": ""}
    if urgent in days:
        said = {"urgency": "dated", "wanted_by": (world.now + timedelta(days=days[urgent])).date().isoformat()}
    walk.until("real").answer(**said)
    assert len(walk.until("letters").response.context["mails"]) == 3


@pytest.mark.parametrize("page", ["", "effacer/"])
def test_another_members_draft_does_not_exist(world: World, page: str) -> None:
    """R44."""
    uid = giving.keep_draft(giver=world.helene, draft=world.draft(), now=world.now, chance=SystemChance())
    other = signed_in(cast.member(world).pk)
    assert other.get(f"/recommander/brouillons/{uid}/{page}").status_code == 404


def test_drafts_come_a_page_at_a_time_in_as_many_queries_whatever_their_number(giver: Client, world: World) -> None:
    """The list keeps within bounds: names are read once for the page, not line by line."""

    def kept(some: int) -> None:
        for number in range(some):
            client = world.add(contact_draft("Ana", f"Nom {number}", "", f"ana{number}@nom.example"))
            giving.keep_draft(
                giver=world.helene, draft=NeedDraft(client=client.uid), now=world.now, chance=world.chance
            )

    def as_many_queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert giver.get("/recommander/brouillons/").status_code == 200
        return len(taken)

    kept(2)
    few = as_many_queries()
    kept(stories.PAGE_SIZE)
    assert as_many_queries() == few
    first, second = (giver.get(f"/recommander/brouillons/?page={page}").content.decode() for page in (1, 2))
    assert first.count('class="line"') == stories.PAGE_SIZE
    assert second.count('class="line"') == 2


def test_the_way_in_can_begin_from_a_contact(world: World, giver: Client) -> None:
    start = Walk(giver, world, f"/recommander/?client={world.marc.uid}")
    assert start.step == "trade"
    assert "What does Marc Delaunay need?" in start.page


# -- another receiver -------------------------------------------------------------------------------


def test_another_receiver_is_tried_and_the_first_stops_quietly(world: World, giver: Client) -> None:
    """R5b."""
    first = world.send()
    paul = world.add(cast.contact_draft("Paul", "Rivet", "", "paul@rivet.example", trade="ventilation-engineer"))
    walk = Walk(giver, world, f"/histoire/{first}/autre/")
    assert "stops quietly" in walk.page
    walk.answer(receiver=paul.uid)
    seen = []
    while walk.step != "letters":
        seen.append(walk.step)
        walk.answer()
    assert seen == ["known", "fits", "verdict"]
    page = walk.response
    where = walk.press("send").response["Location"]
    walk.response = page
    assert walk.press("send").response["Location"] == where
    assert stories.story_page(giver_pk=world.helene.pk).total == 2
    world.run()
    assert len(world.mails_to("paul@rivet.example")) == 1
    assert world.story(first).projection.stopped


@pytest.mark.parametrize("answered", [True, False])
def test_who_introduced_the_client_is_not_asked_again_and_the_page_says_so(
    world: World, giver: Client, *, answered: bool
) -> None:
    """R5b, R38: the same words whatever was answered; no mail to them is shown, and none leaves."""
    world.met_through(world.add(cast.FRANCOIS_DRAFT), world.marc)
    first = world.send()
    if answered:
        world.no(world.last_to(cast.FRANCOIS))
    paul = world.add(cast.contact_draft("Paul", "Rivet", "", "paul@rivet.example", trade="ventilation-engineer"))
    walk = Walk(giver, world, f"/histoire/{first}/autre/")
    walk.answer(receiver=paul.uid)
    walk.until("letters")
    assert "For this need François Lacaze was asked already, and is not asked again" in walk.page
    assert "To François Lacaze, as soon as you send" not in walk.page
    assert "To Paul Rivet, once François Lacaze has allowed it" in walk.page
    assert 'name="carries" value="referrer_c"' not in walk.page
    assert "Send to" not in walk.page
    where = walk.press("send").response["Location"]
    assert where.startswith("/histoire/")
    world.run()
    assert len(world.mails_to(cast.FRANCOIS)) == 1


def test_a_receiver_who_was_tried_is_not_tried_again(world: World, giver: Client) -> None:
    first = world.send()
    walk = Walk(giver, world, f"/histoire/{first}/autre/")
    assert f'value="{world.ines.uid}"' not in walk.page
    walk.press(receiver=world.ines.uid)
    assert walk.step == "receiver"
    assert "You have asked Inès Moreau for this need already" in walk.page
    twin = world.add(cast.contact_draft("Inès", "Bis", "", cast.INES))
    walk.press(receiver=twin.uid)
    assert walk.step == "known"
    walk.until("letters").press("send")
    assert walk.step == "receiver"
    assert "You have asked Inès Bis for this need already" in walk.page


def test_after_an_introduction_nobody_else_is_tried(world: World, giver: Client) -> None:
    uid, _receivers, _clients = cast.introduced(world)
    answer = giver.get(f"/histoire/{uid}/autre/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/histoire/{uid}/"


def test_another_members_story_has_no_other_receiver(world: World) -> None:
    """R44."""
    uid = world.send()
    assert signed_in(cast.member(world).pk).get(f"/histoire/{uid}/autre/").status_code == 404


def test_a_form_of_one_need_does_not_serve_another(world: World, giver: Client, walk: Walk) -> None:
    uid = world.send()
    walk.until("receiver")
    fields = {name: walk.hidden(name) for name in ("typed", "step", "then")}
    assert giver.post(f"/histoire/{uid}/autre/", {**fields, "act": "next"}).status_code == 404
