"""Leaks to plant in what is brought, forgotten, repaired, hinted, shown, counted and taken along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from entremise.accounts.queries import Invited, by_address
from entremise.insights import learning
from entremise.lib import links
from entremise.lib.mail import Letter
from entremise.outbox import queries as outbox
from entremise.people import queries as people
from entremise.people.queries import profiles
from entremise.protocol import radar, referral
from entremise.protocol.types import Answer, Kind
from entremise.protocol.wall import Seen
from entremise.referrals.actions import bringing, digest, repairing, rights, steps
from entremise.referrals.models import Carried, Evaluation, Lead, Referral, Request, RightsLink
from entremise.referrals.queries import archive, carrying, stories, watch
from entremise.referrals.queries import leads as lead_queries
from entremise.web import bringing as bringing_pages
from entremise.web import installation, invitations, rights_files
from entremise.web import news as news_pages
from entremise.web import requests as request_pages
from entremise.web import rights as rights_pages
from tests.wall import features, judged, pairs, parts
from tests.wall.leaks import Leak, Patch

# -- what a giver brings --------------------------------------------------------------------------------------------


def carried_page(patch: Patch) -> None:
    honest = carrying.stands

    def leaky(at: Any, index: int, role: Any, now: Any) -> Any:
        kind, seen, until = honest(at, index, role, now)
        request = at.lives[index].request(kind) if kind else None
        return kind, Seen.AGREED if request is not None and request.answer else seen, until

    patch.setattr(carrying, "stands", leaky)


def carried_answer(patch: Patch) -> None:
    honest = bringing.answer_carried

    def leaky(*, caller: Any, **more: Any) -> None:
        row = Carried.objects.get(fingerprint=links.fingerprint(caller.token))
        if Request.objects.filter(referral_id=row.referral_id, answer=Answer.NO.value).exists():
            raise bringing.NotOpen
        honest(caller=caller, **more)

    patch.setattr(bringing, "answer_carried", leaky)


def aloud(patch: Patch) -> None:
    honest = bringing_pages._record

    def leaky(request: Any, asking: Any, form: Any, now: Any) -> bool:
        if Request.objects.filter(referral__uid=asking.uid, answer=Answer.NO.value).exists():
            form.add_error(None, "They have answered already.")
            return False
        return honest(request, asking, form, now)

    patch.setattr(bringing_pages, "_record", leaky)


def second_name(patch: Patch) -> None:
    honest = carrying.open_question

    def leaky(at: Any, index: int, **which: Any) -> Any:
        found = honest(at, index, **which)
        refused = any(row.kind == Kind.NAME.value and row.answer == Answer.NO.value for row in at.rows.requests)
        return replace(found, since=None) if found and refused else found

    patch.setattr(carrying, "open_question", leaky)


def reminder(patch: Patch) -> None:
    honest = referral._reminds
    patch.setattr(referral, "_reminds", lambda life, kind: life.stopped_at is None and honest(life, kind))


def lead_link(patch: Patch) -> None:
    def leaky(token: str, **_more: Any) -> int:
        found = Lead.objects.filter(fingerprint=links.fingerprint(token), mute=False)
        return found.values_list("pk", flat=True).first() or 0

    patch.setattr(lead_queries, "opened_by", leaky)


# -- addresses ------------------------------------------------------------------------------------------------------


def _told_on_the_page(patch: Patch, tells: Callable[[], bool]) -> None:
    render = request_pages.render

    def leaky(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        response = render(request, *args, **more)
        response.content += b"<p>A message did not arrive.</p>" if tells() else b""
        return response

    patch.setattr(request_pages, "render", leaky)


def bounce(patch: Patch) -> None:
    _told_on_the_page(patch, lambda: bool(outbox.in_trouble()))


def not_me(patch: Patch) -> None:
    _told_on_the_page(patch, lambda: Request.objects.filter(not_them_at__isnull=False).exists())


def repair(patch: Patch) -> None:
    honest = repairing._to_repair

    def leaky(*args: Any) -> Any:
        found = honest(*args)
        if found is None or found.answer:
            raise steps.Gone
        return found

    patch.setattr(repairing, "_to_repair", leaky)


# -- rights ---------------------------------------------------------------------------------------------------------


def nothing_held(patch: Patch) -> None:
    honest = rights_pages.redirect

    def leaky(to: str) -> HttpResponse:
        return honest(to if RightsLink.objects.latest("pk").address else f"{to}&rien=1")

    patch.setattr(rights_pages, "redirect", leaky)


def erased(patch: Patch) -> None:
    honest = stories.undelivered

    def leaky(at: Any, index: int) -> Any:
        gone = {Kind(row.kind).asked for row in at.rows.requests if row.erased_at}
        return (*honest(at, index), *sorted(gone))

    patch.setattr(stories, "undelivered", leaky)


def removal(patch: Patch) -> None:
    honest = rights.forget
    patch.setattr(rights, "forget", lambda *, ask_givers, **more: honest(ask_givers=ask_givers is not None, **more))


def number_of_a_proof(patch: Patch) -> None:
    honest = rights_files._as_values

    def leaky(one: Any) -> dict[str, Any]:
        return {**honest(one), "numbers": [card.number for card in one.proofs]}

    patch.setattr(rights_files, "_as_values", leaky)


def taken_along(patch: Patch) -> None:
    honest = archive.given

    def leaky(member: Any, **more: Any) -> Iterator[dict[str, Any]]:
        for row in honest(member, **more):
            answers = Request.objects.filter(referral__uid=row["id"]).values_list("state", flat=True)
            yield {**row, "requests": list(answers)}

    patch.setattr(archive, "given", leaky)


# -- who is a member, who wants nothing -----------------------------------------------------------------------------


def already_member(patch: Patch) -> None:
    honest = invitations.queries.invitations

    def leaky(*args: Any, **more: Any) -> Any:
        lines = honest(*args, **more)
        return [replace(line, state=Invited.ACCEPTED) if by_address(line.address) else line for line in lines]

    patch.setattr(invitations.queries, "invitations", leaky)


def profile_link(patch: Patch) -> None:
    patch.setattr(profiles, "_shown_to", lambda _reader: Q(version__gt=0))
    patch.setattr(profiles._OF_CONTACT, "_written", {})  # what was written before is written anew


def muted_lead(patch: Patch) -> None:
    honest = lead_queries.lead_page

    def leaky(*, uid: str, **more: Any) -> Any:
        page = honest(uid=uid, **more)
        return replace(page, owed=()) if Lead.objects.filter(uid=uid, mute=True).exists() else page

    patch.setattr(lead_queries, "lead_page", leaky)


def own_figures(patch: Patch) -> None:
    honest = watch.watch
    patch.setattr(watch, "watch", lambda **more: honest(**{**more, "but_for": None}))


def sent_count(patch: Patch) -> None:
    patch.setattr(installation, "_STATES", {**installation._STATES, "sent": "sent"})


# -- after the introduction, and day by day -------------------------------------------------------------------------


def evaluation(patch: Patch) -> None:
    render = news_pages.render

    def leaky(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        response = render(request, *args, **more)
        said = Evaluation.objects.exclude(match="").count()
        response.content += f'<span class="badge">{said}</span>'.encode() if said else b""
        return response

    patch.setattr(news_pages, "render", leaky)


def radar_of_one(patch: Patch) -> None:
    patch.setattr(radar, "_told", lambda judged, _whole: tuple(judged))


def what_was_filled_in(patch: Patch) -> None:
    honest = learning.given

    def leaky(**more: Any) -> Any:
        found = honest(**more)
        full = Referral.objects.filter(uid__in=[one.uid for one in found.measured]).values_list(
            "completeness", flat=True
        )
        return replace(found, funnel=(*found.funnel, (learning.Came.WON, sum(filter(None, full)))))

    patch.setattr(learning, "given", leaky)


def digest_subject(patch: Patch) -> None:
    render = digest.render

    def leaky(template: str, context: Any, **more: Any) -> Letter:
        letter = render(template, context, **more)
        asked = Request.objects.filter(address=letter.to).select_related("need").latest("pk")
        client = people.contact_by_pk(owner_pk=asked.need.giver_id, pk=asked.need.client_id)
        return replace(letter, subject=f"{letter.subject} ({client.company})")

    patch.setattr(digest, "render", leaky)


# -- who must notice ------------------------------------------------------------------------------------------------


def _worlds(group: str, world: str, *, at: float, everywhere: bool = False) -> Callable[[], None]:
    """Look once, where the leak is; `everywhere`, at what is found by looking for it."""
    return lambda: features.check(group, world, grid=(at,), everywhere=(at,) if everywhere else ())


_CARRIED_NO = _worlds("a link is carried to the receiver", "no", at=3, everywhere=True)
LEAKS = (
    Leak("the page behind a carried link", carried_page, _CARRIED_NO),
    Leak("an answer through a carried link", carried_answer, _CARRIED_NO),
    Leak("an answer said aloud", aloud, _worlds("a no is written down", "no", at=7)),
    Leak(
        "the day of a second name", second_name, _worlds("a second name waits", "not the first", at=9, everywhere=True)
    ),
    Leak(
        "a reminder that does not come",
        reminder,
        lambda: pairs.check_quiet("the receiver or the giver ends it", "the giver stops", grid=(24 * 9,)),
    ),
    Leak("a carried lead", lead_link, _worlds("a lead that is carried", "had refused everything", at=1)),
    Leak("a muted lead", muted_lead, _worlds("a lead", "had refused everything", at=24 * 6)),
    Leak("a bounce told to the other side", bounce, _worlds("a wrong address of the client", "comes back", at=6)),
    Leak("“not me” told to the other side", not_me, _worlds("a wrong address of the client", "is not them", at=6)),
    Leak(
        "an address that cannot be corrected",
        repair,
        _worlds("an address is corrected, whatever was answered", "no", at=3),
    ),
    Leak("nothing is held", nothing_held, _worlds("an address on the page of rights", "asked something", at=3)),
    Leak("residue of an erasure", erased, _worlds("the receiver is forgotten", "forgets", at=3)),
    Leak("a letter about an erasure", removal, _worlds("the receiver is forgotten", "forgets", at=3)),
    Leak(
        "gaps in a sequence",
        number_of_a_proof,
        lambda: pairs.check_quiet(
            "the receiver or the giver ends it, and the client agrees",
            "the giver stops",
            grid=(24 * 16,),
            everywhere=(24 * 16,),
        ),
    ),
    Leak("archive", taken_along, _CARRIED_NO),
    Leak("already a member", already_member, _worlds("an invitation", "a member", at=1)),
    Leak("a profile's link", profile_link, _worlds("a profile", "a member who shows it to nobody", at=1)),
    Leak(
        "statistics about few",
        own_figures,
        _worlds("a link is carried to the receiver", "had refused everything", at=3, everywhere=True),
    ),
    Leak("a count of letters", sent_count, _worlds("the receiver is forgotten", "everything", at=3, everywhere=True)),
    Leak("an evaluation", evaluation, lambda: judged.check("giver", ("receiver",), said=("nothing", judged.BAD))),
    Leak(
        "a figure about one",
        radar_of_one,
        lambda: judged.check(
            "receiver",
            ("giver",),
            told=False,
            said=("nothing", judged.BAD_OPEN),
            grid=(judged.CLOSED,),
            everywhere=(judged.CLOSED,),
        ),
    ),
    Leak("what was filled in", what_was_filled_in, lambda: parts.check("marc")),
    Leak(
        "the digest's subject",
        digest_subject,
        lambda: pairs.check_identity(*pairs.IDENTITIES[pairs.WAITING], grid=(0, 24)),
    ),
)
