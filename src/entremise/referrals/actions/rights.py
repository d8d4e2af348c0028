"""What somebody can do about what is held about them, without an account (R45): ask for a link, correct, refuse,
take a refusal back, be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from entremise.accounts import actions as accounts
from entremise.accounts import queries as members
from entremise.lib import journal, links
from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter, render
from entremise.outbox.actions import Renderer, enqueue
from entremise.people import queries as people
from entremise.protocol.errors import AlreadyIntroduced
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Reply
from entremise.protocol.types import PERMISSIONS, Answer, How, Kind, Role, Way
from entremise.referrals import mapping
from entremise.referrals.actions import digits, erasing, posted, rights_carried, steps
from entremise.referrals.actions.answering import forget_refusals, remember_refusal
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.proofs import add_proof
from entremise.referrals.models import Part, Request, RightsLink, Standing
from entremise.referrals.queries import held, keys
from entremise.referrals.queries.held_asides import asides, standing_key
from entremise.referrals.queries.held_values import Behind
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.refusals import ALL, GIVER, INVITATION
from entremise.referrals.queries.scenes import scene

TOLD_ALOUD = "Refused aloud, to the person responsible for this installation."
LINK_JOB = "rights/link"
ASK_JOB = "rights/ask_removal"


def ask_link(*, email: str, language: str, now: datetime, chance: Chance, policy: Policy) -> None:
    """Have a link mailed that shows all that is held about an address, if anything is (R45).

    The same rows are written and the same time taken whatever is held; the letter is dropped where nothing is, or where
    the address has had as many as it may have in a day.
    """
    whose = members.address_hash(email)
    with transaction.atomic():
        lately = RightsLink.objects.filter(address_hash=whose, asked_at__gt=now - timedelta(days=1))
        allowed = lately.count() < policy.rights_links_a_day
        wanted = held.anything_held(whose) and allowed
        uid = chance.uid()
        RightsLink.objects.create(
            uid=uid,
            fingerprint=keys.fingerprint(Purpose.RIGHTS, uid),
            address=members.normal_address(email) if wanted else "",
            address_hash=whose,
            language=language,
            asked_at=now,
            expires_at=now + policy.rights_link_stands,
        )
        enqueue(job=LINK_JOB, key=f"rights:{uid}", payload={"link": uid}, due=now, now=now, chance=chance)


def admit(*, caller: Caller, now: datetime, policy: Policy) -> Behind:
    """Return who stands behind a link once they have shown its digits, or their session does.

    Raises Gone, WrongDigits, Paused.
    """
    who = held.behind(caller.token, now=now, policy=policy)
    if who is None:
        raise steps.Gone
    if not caller.is_member(who.address_hash):
        digits.check(who.row, caller, purpose=who.purpose, now=now, policy=policy)
    return who


def correct(
    *, caller: Caller, request: str, said: Mapping[str, str], now: datetime, chance: Chance, policy: Policy
) -> None:
    """Set what somebody corrected of their own part (R17, R45); what they left empty stays. Raises Gone, WrongDigits,
    Paused.

    The giver goes on seeing their own book, so a correction tells them nothing (R7).
    """
    who = admit(caller=caller, now=now, policy=policy)
    row = rights_carried.own_part(who) if who.carried else _own(who, request)
    if row is None:  # it counts for nothing, and nothing shows it
        return
    if row.referral.introduced_at is not None:  # the introduction has handed it over
        raise steps.Gone
    role = Kind(row.kind).asked
    names = held.fields_of(role)
    typed = {name: value.strip() for name, value in said.items() if name in names and value.strip()}
    with transaction.atomic():
        steps.hold_turn(row.need_id)
        at = scene(row.need_id, now=now, policy=policy)
        before = at.sheet(at.rows.index_of(row.referral_id), role)
        way = {"way": Way(typed.pop("way"))} if typed.get("way") in set(Way) else {}
        typed.pop("way", None)
        sheet = replace(before, **typed, **way)  # type: ignore[arg-type]
        values = {name: getattr(sheet, name) for name in names if name != "way"}
        values["way"] = sheet.way.value if sheet.way else ""
        Part.objects.update_or_create(referral_id=row.referral_id, role=role.value, defaults=values)


def refuse(
    *, caller: Caller, scope: str, request: str = "", text: str, now: datetime, chance: Chance, policy: Policy
) -> None:
    """Refuse any further request, from the giver of `request` or (ALL) from anybody (R45), and say no to what is open.

    `request` may also name an invitation, a lead, an evaluation or a word told. `text` is what the page said of it,
    for the proof. Raises Gone, WrongDigits, Paused.
    """
    who = admit(caller=caller, now=now, policy=policy)
    if who.carried and scope == GIVER:
        rights_carried.refuse(who, text=text, language=caller.language, now=now, chance=chance, policy=policy)
        return
    _refuse_carried(who)
    rows = who.requests()
    with transaction.atomic():
        if scope == ALL:
            remember_refusal(who.address_hash, ALL, "", now=now)
        else:
            giver = _giver_of(who, rows, request)
            rows = [row for row in rows if _giver_hash(row) == giver]
            Standing.objects.filter(given_by=who.address_hash, giver__address_hash=giver).delete()
            remember_refusal(who.address_hash, GIVER, giver, now=now)
        _say_no(rows, who, caller, text=text, now=now, chance=chance, policy=policy)


def end_standing(*, caller: Caller, about: str, now: datetime, policy: Policy) -> None:
    """End what the person allowed a giver once and for all: they are asked again, and nobody is told (R38, R45).

    `about` is the key by which their page names it. Raises Gone, WrongDigits, Paused.
    """
    who = admit(caller=caller, now=now, policy=policy)
    rows = Standing.objects.filter(given_by=who.address_hash) if who.everything else ()
    row = next((row for row in rows if links.same(standing_key(row), about)), None)
    if row is None:
        raise steps.Gone
    row.delete()


def refuse_invitations(*, caller: Caller, now: datetime, policy: Policy) -> None:
    """Keep that the person wants no invitation to become a member any more (R45). Raises Gone, WrongDigits, Paused."""
    who = admit(caller=caller, now=now, policy=policy)
    _refuse_carried(who)
    accounts.refuse_invitations(address_hash=who.address_hash, now=now)


def take_back(*, caller: Caller, scope: str, now: datetime, policy: Policy) -> None:
    """Take back the refusals of one scope, for every giver: requests, or invitations, may come again (R45).

    Raises Gone, WrongDigits, Paused.
    """
    who = admit(caller=caller, now=now, policy=policy)
    _refuse_carried(who)
    with transaction.atomic():
        if scope == INVITATION:
            accounts.allow_invitations(address_hash=who.address_hash)
        forget_refusals(who.address_hash, scopes=(scope,), now=now)


def forget(*, caller: Caller, ask_givers: bool, text: str, now: datetime, chance: Chance, policy: Policy) -> None:
    """Forget the person behind a link: what the link is about, or all of an address (R45).

    `text` is what the page said of it, for the proof. Raises Gone, WrongDigits, Paused.
    Quiet where something is under way: it is a withdrawal like any other, and nobody is told (R7). With `ask_givers`
    the givers are asked at once to take the person out of their books, which is the person's own word to them.
    """
    who = admit(caller=caller, now=now, policy=policy)
    if who.carried:
        _forget_carried(who, caller, ask_giver=ask_givers, text=text, now=now, chance=chance, policy=policy)
        return
    rows = who.requests()
    with transaction.atomic():
        if ask_givers:
            _ask_givers(rows, now=now, chance=chance)
        _say_no(rows, who, caller, text=text, now=now, chance=chance, policy=policy)
        rights_carried.erase(rows, now=now)
        if who.everything:
            posted.erase_to(who.address_hash, now=now)
            asides = erasing.erase_asides(who.address_hash, now=now)
            invited = accounts.forget_invited(address_hash=who.address_hash)
            erasing.log("asides", asides + invited, now=now)
            RightsLink.objects.filter(address_hash=who.address_hash).delete()
            journal.note(journal.Kind.PERSON_FORGOTTEN, key=who.address_hash, at=now)
        for uid in sorted({row.need.uid for row in rows}) if not who.everything else ():
            key = journal.joined(who.address_hash, uid)
            journal.note(journal.Kind.PERSON_FORGOTTEN, key=key, at=now)


def forget_again(key: str, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """Forget the person of a line of the journal once more, after a backup was restored (R45)."""
    whose, *needs = journal.parts(key)
    rows = Request.objects.filter(address_hash=whose, erased_at=None).select_related("referral", "need")
    mine = list(rows.filter(need__uid__in=needs) if needs else rows)
    with transaction.atomic():
        for row in mine:
            _say_no_to(row, How.LINK, now=now, chance=chance, policy=policy)
        rights_carried.erase(mine, now=now)
        if not needs:
            posted.erase_to(whose, now=now)
            erasing.erase_asides(whose, now=now)
            accounts.forget_invited(address_hash=whose)


def refuse_aloud(address_hash: str, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """Keep that somebody without an address refuses everything, as they told the person responsible (R45), and say no
    to what is open. It is their own word.
    """
    rows = Request.objects.filter(address_hash=address_hash, mute=False, erased_at=None)
    with transaction.atomic():
        remember_refusal(address_hash, ALL, "", now=now)
        for row in rows.select_related("referral", "need").order_by("pk"):
            if _say_no_to(row, How.LINK, now=now, chance=chance, policy=policy):
                add_proof(row, said=Answer.NO, how=How.ALOUD, language=row.language, text=TOLD_ALOUD, now=now)


def allow_again(address_hash: str, *, now: datetime) -> None:
    """Take back what somebody without an address had refused, as they told the person responsible (R45)."""
    with transaction.atomic():
        forget_refusals(address_hash, scopes=(ALL, GIVER), now=now)


def forget_address(address_hash: str, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """Forget somebody wherever others asked them something: who is leaving as a member, or told the person responsible
    (R45, R47)."""
    with transaction.atomic():
        forget_again(address_hash, now=now, chance=chance, policy=policy)
        journal.note(journal.Kind.PERSON_FORGOTTEN, key=address_hash, at=now)


# -- how ---------------------------------------------------------------------------------------------


def _own(who: Behind, request: str) -> Request:
    row = next((row for row in who.requests() if row.uid == request), None)
    if row is None:
        raise steps.Gone
    return row


def _refuse_carried(who: Behind) -> None:
    """What the giver who carried a link must not do in its person's place is not done by that link (R6d)."""
    if who.carried:
        raise steps.Gone


def _forget_carried(
    who: Behind, caller: Caller, *, ask_giver: bool, text: str, now: datetime, chance: Chance, policy: Policy
) -> None:
    with transaction.atomic():
        if ask_giver:  # whether it leaves depends on nothing the giver does not know (R7)
            _ask_givers(rights_carried.everything(who)[-1:], now=now, chance=chance)
        rights_carried.forget(who, text=text, language=caller.language, now=now, chance=chance, policy=policy)


def _ask_givers(rows: list[Request], *, now: datetime, chance: Chance) -> None:
    for need, row in {row.need_id: row for row in rows}.items():
        ids: dict[str, JSON] = {"request": row.uid}
        enqueue(job=ASK_JOB, key=f"removal:{need}:{row.uid}", payload=ids, due=now, now=now, chance=chance)


def _giver_of(who: Behind, rows: list[Request], about: str) -> str:
    """The keyed hash of the member from whom something held about the person comes, a request or anything else."""
    row = next((row for row in rows if row.uid == about), None)
    if row is not None:
        return _giver_hash(row)
    beside = asides(who.address_hash, address=who.address) if who.everything and about else ()
    found = next((one.giver_hash for one in beside if one.uid == about), "")
    if not found:
        raise steps.Gone
    return found


def _giver_hash(row: Request) -> str:
    giver = members.by_pk(row.need.giver_id)
    return giver.address_hash if giver else ""


def _say_no(
    rows: list[Request], who: Behind, caller: Caller, *, text: str, now: datetime, chance: Chance, policy: Policy
) -> None:
    how = How.SESSION if caller.is_member(who.address_hash) else How.LINK
    for row in rows:
        if _say_no_to(row, how, now=now, chance=chance, policy=policy):
            add_proof(row, said=Answer.NO, how=how, language=caller.language, text=text, now=now)


def _say_no_to(row: Request, how: How, *, now: datetime, chance: Chance, policy: Policy) -> bool:
    """Say no to a request that still waits, or withdraw its yes (R6, R9); return whether there was anything to say."""
    steps.hold_turn(row.need_id)
    row.refresh_from_db()
    if not held.may_say_no(mapping.consent(row), row.referral.stage, now=now):
        return False
    reply = Reply(Kind(row.kind), Answer.NO, how)
    try:
        steps.act(row.need_id, reply, on=row.referral_id, now=now, chance=chance, policy=policy)
    except AlreadyIntroduced:  # by a later attempt, which rests on this answer (R5, R38)
        return False
    row.refresh_from_db()
    return True


# -- letters -----------------------------------------------------------------------------------------


def renderers(policy: Policy) -> Mapping[str, Renderer]:
    """Return the letters of people's rights under their jobs' names."""
    return {LINK_JOB: partial(_link_letter, policy), ASK_JOB: _removal_letter}


def _link_letter(policy: Policy, payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    row = RightsLink.objects.filter(uid=payload["link"], expires_at__gt=now).exclude(address="").first()
    if row is None:
        return None
    token = keys.token(Purpose.RIGHTS, row.uid)
    context = {
        "url": _page("rights_of", token),
        "rights_url": _page("rights_of", token),
        "digits": keys.digits(Purpose.RIGHTS, row.uid),
        "minutes": policy.rights_link_stands // timedelta(minutes=1),
    }
    return render("rights/link", context, language=row.language, to=row.address)


def _removal_letter(payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    """To a giver, from somebody they wrote to who chose to ask this: please take me out of your book (R45)."""
    del now  # it is the person's word, whatever has become of the request
    row = Request.objects.filter(uid=payload["request"]).select_related("need", "referral").first()
    giver = members.by_pk(row.need.giver_id) if row else None
    if row is None or giver is None:
        return None
    context = {"name": people.contact_by_pk(owner_pk=giver.pk, pk=_contact_of(row)).name, "url": _page("contacts")}
    return render("rights/removal", context, language=giver.language, to=giver.email)


def _contact_of(row: Request) -> int:
    """The entry of the giver's book that a request asked."""
    asked = Kind(row.kind)
    if asked in PERMISSIONS:
        pk = mapping.referrer_pks(row.referral)[asked]
        assert pk is not None
        return pk
    return row.referral.receiver_id if asked.asked is Role.RECEIVER else row.need.client_id


def _page(name: str, *arguments: str) -> str:
    return str(settings.ENTREMISE.site_url).rstrip("/") + reverse(name, args=arguments)
