"""What opens my notebook, and where it is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from entremise.accounts import actions, queries
from entremise.accounts.models import SecondFactor, Visit
from entremise.accounts.queries import MemberCard
from entremise.lib import clock, one_time
from entremise.lib.chance import SeededChance
from entremise.web.devices import device
from entremise.worker.hourly import Hourly

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MEMBER, GOOD = "helene@example.org", "cerise tabouret nuage"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"


@pytest.fixture(autouse=True)
def quick_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def helene() -> MemberCard:
    owner = actions.found(name="Hélène", email=MEMBER, language="fr", now=NOW, chance=SeededChance(1))
    actions.set_password(member_pk=owner.pk, password=GOOD, now=NOW, chance=SeededChance(2))
    return owner


def signed_in(agent: str = DESK, password: str = GOOD) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/entrer/mot-de-passe/", {"email": MEMBER, "password": password})
    assert opens(client)
    return client


def opens(client: Client) -> bool:
    return bool(client.get("/moi/").status_code == 200)


def lines(member: MemberCard) -> list[tuple[str, str]]:
    return [(one.browser, one.system) for one in queries.visits(member.pk, session_key="")]


def test_each_session_is_listed_by_its_device_and_this_one_is_marked(helene: MemberCard) -> None:
    desk, phone = signed_in(DESK), signed_in(PHONE)
    assert set(lines(helene)) == {("Firefox", "Windows"), ("Safari", "iPhone")}
    page = phone.get("/moi/securite/seances/").content.decode()
    assert page.index("Safari sur iPhone") < page.index("(celle-ci)") < page.index("Firefox sur Windows")
    assert opens(desk)


def test_only_the_kind_of_device_and_the_day_are_kept(helene: MemberCard) -> None:
    signed_in(PHONE)
    kept = str(Visit.objects.values().get())
    assert not any(part in kept for part in ("Mozilla", "127.0.0.1", "18_0", "605.1"))


def test_one_session_can_be_ended_from_another(helene: MemberCard) -> None:
    desk, phone = signed_in(DESK), signed_in(PHONE)
    (other,) = [one for one in queries.visits(helene.pk, session_key=desk.session.session_key or "") if not one.mine]
    assert desk.post(f"/moi/securite/seances/{other.uid}/fermer/")["Location"] == "/moi/securite/seances/"
    assert not opens(phone)
    assert opens(desk)


def test_nobody_ends_a_session_of_somebody_elses(helene: MemberCard) -> None:
    desk = signed_in(DESK)
    (mine,) = queries.visits(helene.pk, session_key="")
    ines = actions.enrol(name="Inès", email="ines@example.org", language="fr", now=NOW, chance=SeededChance(3))
    actions.end_visit(member_pk=ines.pk, uid=mine.uid)
    assert opens(desk)


def test_all_the_others_end_at_once(helene: MemberCard) -> None:
    desk, others = signed_in(DESK), [signed_in(PHONE), signed_in(DESK)]
    desk.post("/moi/securite/seances/fermer/")
    assert opens(desk)
    assert not any(map(opens, others))
    assert len(lines(helene)) == 1


@pytest.mark.parametrize("typed", [{"password": "violon placard orage"}, {"remove": "1"}])
def test_changing_or_removing_the_password_ends_the_others_and_not_this_one(
    helene: MemberCard, typed: dict[str, str]
) -> None:
    desk, phone = signed_in(DESK), signed_in(PHONE)
    assert desk.post("/moi/securite/mot-de-passe/", typed)["Location"] == "/moi/securite/"
    assert opens(desk)
    assert not opens(phone)
    assert lines(helene) == [("Firefox", "Windows")]
    assert queries.visits(helene.pk, session_key=desk.session.session_key or "")[0].mine


def test_a_weak_password_is_explained_in_the_members_language(helene: MemberCard) -> None:
    page = signed_in().post("/moi/securite/mot-de-passe/", {"password": "court"})
    (reason, *_rest) = page.context["form"].errors["password"]
    assert "mot de passe" in reason


def test_signing_out_forgets_the_session(helene: MemberCard) -> None:
    signed_in().post("/sortir/")
    assert lines(helene) == []


def test_a_session_used_today_says_so_once_a_day(helene: MemberCard, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, today = signed_in(), clock.now()
    monkeypatch.setattr(clock, "now", lambda: today + timedelta(days=2))
    opens(desk)
    (line,) = queries.visits(helene.pk, session_key="")
    assert line.seen_on == helene.today(today + timedelta(days=2))


def test_r48_what_has_ended_is_cleared_away(helene: MemberCard) -> None:
    signed_in(), signed_in()
    Session.objects.filter(session_key=Visit.objects.order_by("pk").values("session_key")[:1]).update(
        expire_date=NOW - timedelta(days=400)
    )
    assert actions.forget_ended_visits() == 1
    assert Session.objects.count() == Visit.objects.count() == 1


def test_an_hourly_job_runs_once_an_hour() -> None:
    ran: list[datetime] = []

    def job(now: datetime, chance: object) -> int:
        ran.append(now)
        return 1

    hourly = Hourly(job)
    minutes = (0, 1, 59, 60, 61, 121)
    assert [hourly(NOW + timedelta(minutes=m), SeededChance(1)) for m in minutes] == [1, 0, 0, 1, 0, 1]
    assert len(ran) == 3


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (PHONE, ("Safari", "iPhone")),
        (DESK, ("Firefox", "Windows")),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0 Safari/537.36 Edg/131.0", ("Edge", "Linux")),
        ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/26 Chrome/122 Mobile Safari", ("Samsung Internet", "Android")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17 Safari/605", ("Safari", "Mac")),
        ("curl/8", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_device_is_named_by_two_words(agent: str, named: tuple[str, str]) -> None:
    assert device(agent) == named


# -- the second proof -------------------------------------------------------------------------------


def shown_by_app() -> str:
    secret = queries.app_secret(SecondFactor.objects.get().uid)
    return one_time.digits_of(secret, counter=one_time.counter_at(clock.now()))


def test_the_app_is_shown_a_picture_of_its_secret_and_answers_with_its_digits(helene: MemberCard) -> None:
    client = signed_in()
    assert client.get("/moi/securite/second/qr.svg").status_code == 404
    client.post("/moi/securite/second/commencer/")
    page = client.get("/moi/securite/second/").content.decode()
    secret = queries.app_secret(SecondFactor.objects.get().uid)
    assert secret in page.replace(" ", "")
    assert f"otpauth://totp/Entremise%20entremise.test%3Ahelene%40example.org?secret={secret}&amp;" in page
    picture = client.get("/moi/securite/second/qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.lstrip().startswith(b"<?xml")
    assert b"style=" not in picture.content
    assert client.post("/moi/securite/second/", {"code": "000000"}).context["form"].errors
    assert client.post("/moi/securite/second/", {"code": shown_by_app()})["Location"] == "/moi/securite/codes/"
    assert client.get("/moi/securite/second/qr.svg").status_code == 404


def test_the_emergency_codes_are_shown_and_handed_out_until_they_are_kept(helene: MemberCard) -> None:
    client = signed_in()
    assert client.get("/moi/securite/codes/").status_code == 302
    assert client.get("/moi/securite/codes/codes.txt").status_code == 404
    client.post("/moi/securite/second/commencer/")
    client.post("/moi/securite/second/", {"code": shown_by_app()})
    codes = [f"{one[:5]} {one[5:]}" for one in queries.recovery_codes(helene.pk)]
    page = client.get("/moi/securite/codes/").content.decode()
    text = client.get("/moi/securite/codes/codes.txt")
    assert all(code in page and code in text.content.decode() for code in codes)
    assert "attachment" in text["Content-Disposition"]
    client.post("/moi/securite/codes/")
    assert client.get("/moi/securite/codes/codes.txt").status_code == 404
    assert client.get("/moi/securite/codes/")["Location"] == "/moi/securite/second/"


def test_doing_without_it_takes_a_last_proof(helene: MemberCard) -> None:
    client = signed_in()
    client.post("/moi/securite/second/commencer/")
    client.post("/moi/securite/second/", {"code": shown_by_app()})
    code = queries.recovery_codes(helene.pk)[0]
    assert client.post("/moi/securite/second/", {"code": "000000"}).context["form"].errors
    assert client.post("/moi/securite/second/", {"code": code})["Location"] == "/moi/securite/"
    assert not queries.second_is_on(helene.pk)


@pytest.mark.parametrize(
    "address", ["", "mot-de-passe/", "seances/", "cles/ajouter/", "cles/question/", "second/", "codes/"]
)
def test_only_members_see_these_pages(helene: MemberCard, address: str) -> None:
    assert Client().get(f"/moi/securite/{address}")["Location"].startswith("/entrer/")
    assert signed_in().get(f"/moi/securite/{address}").status_code in {200, 302}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/moi/securite/mot-de-passe/", {"password": "un autre long secret"}),
        ("/moi/securite/mot-de-passe/", {"remove": "1"}),
        ("/moi/adresse/", {"email": "ailleurs@example.org"}),
        ("/moi/securite/cles/ajouter/", {"name": "Téléphone"}),
        ("/moi/securite/second/commencer/", {}),
        ("/moi/securite/codes/nouveaux/", {}),
    ],
)
def test_a_device_left_open_changes_nothing_of_what_opens_the_notebook(
    helene: MemberCard, path: str, said: dict[str, str]
) -> None:
    client = signed_in()
    before = queries.ways_in(helene.pk)
    Visit.objects.update(since=clock.now() - timedelta(minutes=16))
    answer = client.post(path, said)
    assert answer.status_code == 403
    assert "Se reconnecter" in answer.content.decode()
    assert queries.ways_in(helene.pk) == before
    assert queries.awaited_address(helene.pk, since=NOW) == ""
    assert not SecondFactor.objects.exists()
    back = client.post("/moi/donnees/se-reconnecter/", {"to": answer.context["to"]})
    assert back["Location"] in {
        f"/entrer/?next=/moi/{where}/"
        for where in ("securite/mot-de-passe", "adresse", "securite/cles/ajouter", "securite/second")
    }
