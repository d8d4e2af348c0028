"""Needs and referrals for the kill harness: acts, passing time and letters, while the worker dies again and again.

Each need has people of its own and goes as its plan says: whoever has received a request answers it, or not.
The clock is best moved a quarter of an hour at each kill, so that holds end while the worker dies; what needs
days (deadlines, closings) comes at the end. When all has come to an end, every need must be what its plan comes to in a
run that nobody disturbs, letter by letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TypeAlias

from django.db import transaction
from django.db.models import Min

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard, by_address, by_pk
from entremise.lib import links
from entremise.lib.chance import Chance, SeededChance
from entremise.lib.post import Alive, Delivery, Sent
from entremise.outbox import queries as outbox
from entremise.outbox.models import Message, State
from entremise.people.actions import add_contact
from entremise.people.queries import ContactDraft, Way, WayKind
from entremise.people.queries import contact_page as book
from entremise.protocol.policy import DEFAULT
from entremise.protocol.referral import Stage
from entremise.protocol.types import Kind
from entremise.referrals.actions import answering, giving, gratitude
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.actions.letters import news_token, request_token
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.models import Moment, Need, Referral, Request
from entremise.referrals.queries import pages
from entremise.referrals.queries.seals import broken_links
from entremise.worker.loop import run_until_quiet

MOST_NEEDS = 150
FEW_WAITING = 5  # messages: answers come before further needs, so that every stage is under way at all times
UNDISTURBED = 1_000_000  # the numbers from here on are those of the needs nobody disturbs
_HALF_A_DAY = 12 * 3600.0  # seconds; a window is three days at least
_MANY_DAYS = 60


# -- what people do ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody with a request before them, or a giver with a need."""

    referral: Referral
    request: Request
    now: datetime
    chance: Chance

    @property
    def caller(self) -> Caller:
        """The request's own person, digits in hand."""
        digits = links.code("request", self.request.uid, secret=links.site_secret())
        return Caller(token=request_token(self.request.uid), digits=digits)

    @property
    def giver(self) -> MemberCard:
        """Who gives."""
        giver = by_pk(self.referral.giver_id)
        assert giver is not None
        return giver


Move: TypeAlias = Callable[[Visit], None]


def yes(at: Visit) -> None:
    """Say yes, once."""
    if at.request.answer:
        return
    page = pages.request_page(token=at.caller.token, now=at.now, language="fr", policy=DEFAULT)
    assert page is not None
    sheet = page.sheet if page.kind in (Kind.RECEIVER, Kind.NAME) else None
    answering.say_yes(caller=at.caller, sheet=sheet, text="oui", now=at.now, chance=at.chance, policy=DEFAULT)


def no(at: Visit, *, tell: bool = False) -> None:
    """Say no, once; quietly unless told otherwise."""
    if not at.request.answer:
        answering.say_no(caller=at.caller, text="non", tell=tell, now=at.now, chance=at.chance, policy=DEFAULT)


def no_aloud(at: Visit) -> None:
    """Say no and let the giver know."""
    no(at, tell=True)


def taken_back(at: Visit) -> None:
    """Say yes and take it back within the hold, before anything has left."""
    if not at.request.answer:
        with transaction.atomic():
            yes(at)
            answering.say_no(caller=at.caller, text="non", now=at.now, chance=at.chance, policy=DEFAULT)


def receiver_withdraws(at: Visit) -> None:
    """The receiver withdraws a yes that has taken effect, while the client reads their request (R9)."""
    mine = Request.objects.get(referral=at.referral, kind=Kind.RECEIVER.value)
    if mine.answer == "yes":
        theirs = Visit(referral=at.referral, request=mine, now=at.now, chance=at.chance)
        answering.say_no(caller=theirs.caller, text="non", now=at.now, chance=at.chance, policy=DEFAULT)


def stop(at: Visit) -> None:
    """The giver stops."""
    if at.referral.stopped_at is None:
        giving.stop(giver=at.giver, uid=at.referral.uid, now=at.now, chance=at.chance, policy=DEFAULT)


def another(at: Visit) -> None:
    """The receiver says no, and the giver tries another."""
    no(at)
    if Referral.objects.filter(need_id=at.referral.need_id).count() == 1:
        spare = _uid_in_book(at.giver, "Remplace")
        giving.try_another(
            giver=at.giver, uid=at.referral.uid, draft=_draft("", spare), now=at.now, chance=at.chance, policy=DEFAULT
        )


_ALL_YES = {Kind.RECEIVER: yes, Kind.PRINCIPLE: yes, Kind.NAME: yes}
PLANS: tuple[tuple[Mapping[Kind, Move], ...], ...] = (
    (_ALL_YES,),
    ({Kind.RECEIVER: no},),
    (_ALL_YES,),
    ({Kind.RECEIVER: another}, _ALL_YES),
    ({Kind.RECEIVER: no_aloud},),
    ({Kind.RECEIVER: taken_back},),
    ({Kind.RECEIVER: yes, Kind.PRINCIPLE: receiver_withdraws},),
    ({Kind.RECEIVER: yes, Kind.PRINCIPLE: yes, Kind.NAME: no},),
    ({Kind.RECEIVER: yes, Kind.PRINCIPLE: no},),
    ({Kind.RECEIVER: stop},),
    ({},),
)


# -- the scenario -----------------------------------------------------------------------------------


def act(_n: int, now: datetime, chance: Chance) -> None:
    """Let everybody who has received something answer it, and begin another need."""
    answer_all(now, chance)
    needs, waiting = Need.objects.count(), sum(outbox.counts()[state] for state in (State.READY, State.SENDING))
    if needs < MOST_NEEDS and waiting < FEW_WAITING:
        begin(needs, now, chance)


def begin(n: int, now: datetime, chance: Chance) -> None:
    """A giver of this need alone sends it on its way, over people of its own."""
    giver = enrol(name="Hélène Vasseur", email=f"giver{n}@flow.example", language="fr", now=now, chance=chance)
    uids = [
        add_contact(owner_pk=giver.pk, draft=_contact(given, f"{side}{n}"), now=now, chance=chance).uid
        for given, side in (("Marc", "client"), ("Ines", "receiver"), ("Remplace", "spare"))
    ]
    giving.send(giver=giver, draft=_draft(uids[0], uids[1]), now=now, chance=chance, policy=DEFAULT)


def _contact(given: str, box: str) -> ContactDraft:
    ways = (
        Way(kind=WayKind.EMAIL, value=f"{box}@flow.example"),
        Way(kind=WayKind.MOBILE, value="06 12 34 56 78" if given != "Marc" else "06 98 76 54 32"),
    )
    return ContactDraft(given_name=given, family_name="Invente", ways=ways)


def _draft(client: str, receiver: str) -> NeedDraft:
    fits = dict.fromkeys(("service", "market", "area", "available", "wanted", "budget"), "yes")
    return NeedDraft(
        client=client, receiver=receiver, client_kind="restaurant", trade="ventilation-engineer", area="FR-69",
        source="told_me", urgency="now", knows_receiver="well", knows_client="well", fits=fits, effort="name",
        reason="Refaire la cuisine",
    )  # fmt: skip


def _uid_in_book(giver: MemberCard, word: str) -> str:
    return book(owner_pk=giver.pk, search=word).lines[0].uid


def answer_all(now: datetime, chance: Chance) -> None:
    """Let everybody act on what has arrived: requests as planned, and thanks for an introduction."""
    arrived = set(Message.objects.filter(state=State.SENT).values_list("key", flat=True))
    asked = Request.objects.filter(referral__thanked_at=None).select_related("referral", "need__giver").order_by("pk")
    for row in asked:
        move = _plan(row.need)[row.referral.attempt - 1].get(Kind(row.kind))
        if move and f"ask:{row.uid}" in arrived and now < row.deadline:
            move(Visit(referral=row.referral, request=row, now=now, chance=chance))
    for referral in Referral.objects.filter(introduced_at__isnull=False, thanked_at=None):
        if f"introduction:{referral.uid}:receiver" in arrived:
            _thank(referral, now, chance)


def _plan(need: Need) -> tuple[Mapping[Kind, Move], ...]:
    number = int("".join(filter(str.isdigit, need.giver.email)))
    return PLANS[number % len(PLANS)] if number < UNDISTURBED else PLANS[number - UNDISTURBED]


def _thank(referral: Referral, now: datetime, chance: Chance) -> None:
    digits = links.code("news", referral.uid, secret=links.site_secret())
    caller = Caller(token=news_token(referral.uid), digits=digits)
    gratitude.thank(caller=caller, said=Said(text="Merci."), now=now, chance=chance, policy=DEFAULT)


def wait_for(now: datetime, chance: Chance) -> float | None:
    """Let people answer; return how many seconds must pass before more happens: 0 for something due, None for nothing.

    Half a day is added, so that what is due for many needs one after the other comes to pass together.
    """
    before = Moment.objects.count()
    answer_all(now, chance)
    due = Need.objects.aggregate(at=Min("next_due"))["at"]
    if Moment.objects.count() > before or (due is not None and due <= now):
        return 0.0
    return None if due is None else (due - now).total_seconds() + _HALF_A_DAY


# -- what must be true at the end -------------------------------------------------------------------


def complaints() -> list[str]:
    """Return what is wrong with the needs that have come to their end."""
    expected = undisturbed()
    needs = [need for need in Need.objects.select_related("giver") if _number(need) < UNDISTURBED]
    found = [fault for need in needs for fault in _faults(need)]
    for need in needs:
        plan = _number(need) % len(PLANS)
        if told(need) != expected[plan]:
            found.append(f"plan {plan} came to {told(need)} instead of {expected[plan]}")
    return found


def _number(need: Need) -> int:
    return int("".join(filter(str.isdigit, need.giver.email)))


def _faults(need: Need) -> Iterator[str]:
    referrals = list(Referral.objects.filter(need=need))
    introduced = [row for row in referrals if row.stage == Stage.INTRODUCED.value]
    moments = Moment.objects.filter(need=need, what="introduced").count()
    if len(introduced) > 1 or moments != len(introduced):
        yield f"need {need.pk}: {len(introduced)} introduced, {moments} times in its history"
    for row in introduced:
        requests = Request.objects.filter(need=need, state="effective", effective_at__lte=row.introduced_at)
        living = set(requests.filter(referral=row).values_list("kind", flat=True))
        living |= set(requests.filter(kind=Kind.PRINCIPLE.value).values_list("kind", flat=True))
        if living != {"receiver", "principle", "name"}:
            yield f"need {need.pk} was introduced on {sorted(living)} alone"
    if need.next_due is not None:
        yield f"need {need.pk} still waits for {need.next_due}"
    if broken_links(need.pk):
        yield f"need {need.pk}: proofs {broken_links(need.pk)} are broken"


Told: TypeAlias = tuple[tuple[str, ...], Mapping[tuple[str, str, str], int]]


def told(need: Need) -> Told:
    """Return the stages of a need's attempts, and its letters: which, about which side, what became of it, how many.

    A receipt that a kill delayed past the withdrawal of its yes is rightly dropped (R6); both ends count as one.
    """
    referrals = {row.uid: row for row in Referral.objects.filter(need=need).order_by("attempt")}
    requests = {row.uid: row for row in Request.objects.filter(need=need)}
    letters: Counter[tuple[str, str, str]] = Counter()
    for key, job, payload, state in Message.objects.values_list("key", "job", "payload", "state"):
        uid = key.split(":")[1]
        if uid in requests:
            overtaken = job == "referral/receipt" and requests[uid].answer == "no" and state in ("sent", "dropped")
            letters[job, requests[uid].kind, "settled" if overtaken else state] += 1
        elif uid in referrals:
            letters[job, str(payload.get("role", "")), state] += 1
    return tuple(row.stage for row in referrals.values()), dict(letters)


class _Sink:
    """Takes every mail at once."""

    def deliver(self, message: EmailMessage, *, alive: Alive) -> Delivery:
        assert alive()
        assert message["Message-ID"]
        return Sent()


def undisturbed() -> list[Told]:
    """Return what each plan comes to where nobody is killed; nothing of it stays in the database."""
    from entremise.lib import clock

    chance, now = SeededChance(1), clock.now() + timedelta(days=_MANY_DAYS)
    with transaction.atomic():
        for plan in range(len(PLANS)):
            begin(UNDISTURBED + plan, now, chance)
        wait: float | None = 0.0
        while wait is not None:
            now += timedelta(seconds=wait)
            run_until_quiet(now=now, chance=chance, transport=_Sink())
            wait = wait_for(now, chance)
        givers = [by_address(f"giver{UNDISTURBED + plan}@flow.example") for plan in range(len(PLANS))]
        found = [told(Need.objects.get(giver_id=giver.pk)) for giver in givers if giver]
        transaction.set_rollback(True)
    return found
