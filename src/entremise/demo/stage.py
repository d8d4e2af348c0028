"""What an invented person can do: the program's own actions, with the links and digits of the mails they received."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any, TypedDict

from entremise.accounts.actions import edit_preferences, enrol, found
from entremise.accounts.queries import MemberCard
from entremise.demo.people import MEMBERS, Somebody
from entremise.insights import reviewing
from entremise.lib import law
from entremise.lib.chance import Chance
from entremise.outbox import queries as outbox
from entremise.people.actions import add_contact
from entremise.people.actions.handing import How as By
from entremise.people.actions.handing import hand_over
from entremise.people.actions.profiles import save_profile, show_to
from entremise.people.actions.provenance import set_met_through
from entremise.people.queries import ContactCard, ContactDraft, Kind, Way, WayKind, profiles
from entremise.people.queries.profiles import ProfileText, SeenBy
from entremise.protocol.correction import CorrectionKind
from entremise.protocol.diagnosis import Question
from entremise.protocol.evaluation import Judgement
from entremise.protocol.policy import Policy
from entremise.protocol.types import Answer, Outcome, Role
from entremise.referrals.actions import (
    answering,
    bringing,
    corrections,
    evaluating,
    giving,
    gratitude,
    leads,
    outside,
    promoting,
)
from entremise.referrals.actions.bringing import Aloud
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.actions.leads import LeadDraft
from entremise.referrals.actions.outside import Noted
from entremise.referrals.actions.promoting import GoodWord, How
from entremise.referrals.actions.reviews import answer
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.queries import carrying, pages, reviews, stories
from entremise.referrals.queries.outside import Direction
from entremise.referrals.queries.pages import RequestPage
from entremise.referrals.queries.reviews import Reply
from entremise.worker.loop import run_until_quiet
from entremise.worker.transports import Mailbox

LANGUAGE = "fr"
_LINK = r"/(?:l|n|p)/([a-z0-9]+)/"
_MATCH_LINK = r"/e/([a-z0-9]+)/"


class DemoFailed(RuntimeError):  # noqa: N818 - named as the fact it states
    """A step of the demonstration did not do what it should."""


@dataclass(frozen=True)
class Received:
    """The newest mail somebody received, as they read it."""

    subject: str
    text: str

    @property
    def may_be_answered(self) -> bool:
        """Whether a link to a request, to news or to a lead is in it."""
        return re.search(_LINK, self.text) is not None

    @property
    def token(self) -> str:
        """The token of the link in it."""
        return self._find(_LINK)

    @property
    def asks_about_a_match(self) -> bool:
        """Whether it asks if an introduction was a good match."""
        return re.search(_MATCH_LINK, self.text) is not None

    @property
    def match_token(self) -> str:
        """The token of the link by which that is answered."""
        return self._find(_MATCH_LINK)

    @property
    def digits(self) -> str:
        """The four digits printed in it."""
        return self._find(r"(?m)^\s*(\d ?\d ?\d ?\d)\s*$").replace(" ", "")

    def _find(self, pattern: str) -> str:
        seen = re.search(pattern, self.text)
        if seen is None:
            raise DemoFailed(f"« {self.subject} » lacks what its reader needs ({pattern})")
        return seen.group(1)


class _Act(TypedDict):
    now: datetime
    chance: Chance
    policy: Policy


@dataclass
class Stage:
    """The invented network and its clock, which only the demonstration moves."""

    now: datetime
    chance: Chance
    members: dict[str, MemberCard] = field(default_factory=dict)
    books: dict[tuple[str, str], ContactCard] = field(default_factory=dict)

    def open_doors(self) -> None:
        """Found the installation with the first member, and give the others their accounts."""
        for person in MEMBERS:
            owner = not self.members
            make = found if owner else enrol
            self.members[person.email] = make(
                name=person.name, email=person.email, language=LANGUAGE, now=self.now, chance=self.chance
            )

    def write_down(self, owner: Somebody, person: Somebody) -> ContactCard:
        """Put somebody in a member's address book, once."""
        key = (owner.email, person.email)
        if key not in self.books:
            ways = [Way(kind=WayKind.EMAIL, value=person.email)]
            if person.phone:
                ways.append(Way(kind=WayKind.MOBILE, value=person.phone))
            draft = ContactDraft(
                given_name=person.given,
                family_name=person.family,
                company=person.company,
                trade=person.trade,
                area="FR-69123",
                kinds=frozenset({Kind(person.kinds)}),
                does=person.does,
                does_not=person.does_not,
                ways=tuple(ways),
            )
            owner_pk = self.members[owner.email].pk
            self.books[key] = add_contact(owner_pk=owner_pk, draft=draft, now=self.now, chance=self.chance)
        return self.books[key]

    @property
    def _act(self) -> _Act:
        return {"now": self.now, "chance": self.chance, "policy": law.policy()}

    # -- time and mail

    def run(self) -> None:
        """Let the worker do everything that is due now."""
        run_until_quiet(now=self.now, chance=self.chance, transport=Mailbox(self.chance))

    def wait(self, **duration: float) -> None:
        """Move the clock, and let the worker do what has come due."""
        self.now += timedelta(**duration)
        self.run()

    def mail(self, person: Somebody) -> Received:
        """Return the newest mail a person received. Raises DemoFailed where there is none."""
        return self._mails(person)[0]

    def _mails(self, person: Somebody) -> list[Received]:
        received = []
        for mail in outbox.mails(person.email):
            message = message_from_bytes(mail.raw, policy=default)
            body = message.get_body(("plain",))
            received.append(Received(str(message["Subject"]), body.get_content() if body else ""))
        if not received:
            raise DemoFailed(f"{person.name} has received nothing")
        return received

    # -- people

    def met_through(self, owner: Somebody, person: Somebody, referrer: Somebody) -> None:
        """A member met somebody through somebody else, eight months ago."""
        met, through = (self.write_down(owner, who).uid for who in (person, referrer))
        member = self.members[owner.email]
        on = member.today(self.now) - timedelta(days=243)
        set_met_through(owner_pk=member.pk, uid=met, through=through, on=on, how="", now=self.now)

    def allow(self, person: Somebody) -> None:
        """A referrer allows what they are asked about, and takes part (R39)."""
        caller = self._caller(person)
        answering.say_yes(caller=caller, sheet=None, text=_shown(self._page(caller)), takes_part=True, **self._act)
        self.run()

    def send(self, giver: Somebody, receiver: Somebody, client: Somebody, draft: NeedDraft) -> str:
        """A member recommends a receiver to a client; return the referral's uid."""
        known = {role: self.write_down(giver, who).uid for role, who in (("receiver", receiver), ("client", client))}
        whole = NeedDraft(**{**draft.to_json(), "wanted_by": draft.wanted_by, **known})
        uid = giving.send(giver=self.members[giver.email], draft=whole, **self._act)
        self.run()
        return uid

    def received(self, owner: Somebody, giver: Somebody, client: Somebody, said: str) -> str:
        """A member notes a recommendation that arrived outside, today, from somebody who likes mail; return its uid."""
        uid = self.noted(owner, Direction.RECEIVED, giver, client, said=said)
        outside.set_likes_mail(owner=self.members[owner.email], uid=uid, likes=True)
        return uid

    def noted(
        self,
        owner: Somebody,
        direction: Direction,
        other: Somebody,
        client: Somebody,
        *,
        said: str = "",
        ago: timedelta = timedelta(),
    ) -> str:
        """A member notes a recommendation that came about outside, so long ago; return its uid."""
        member = self.members[owner.email]
        whom, about = (self.write_down(owner, who).uid for who in (other, client))
        on = member.today(self.now - ago)
        noted = Noted(direction=direction, other=whom, client=about, arrived_on=on, said=said)
        return outside.note(owner=member, noted=noted, uid=self.chance.uid(), **self._act)

    def say_outside(
        self, owner: Somebody, uid: str, kind: str, text: str = "", *, outcome: Outcome | None = None
    ) -> None:
        """A member says thank you, gives news, or says how it ended, on what they noted."""
        said = Said(text=text)
        outside.tell(owner=self.members[owner.email], uid=uid, kind=kind, said=said, outcome=outcome, **self._act)
        self.run()

    # -- learning

    def write_profile(self, owner: Somebody, text: ProfileText) -> None:
        """A member writes down how to refer them, for every member to read."""
        pk = self.members[owner.email].pk
        saved = save_profile(owner_pk=pk, text=text, version=0, now=self.now, chance=self.chance)
        show_to(owner_pk=saved.owner_pk, seen_by=SeenBy.MEMBERS, now=self.now, chance=self.chance)

    def change_profile(self, owner: Somebody, **parts: Any) -> None:
        """A member says some parts of their profile in other words."""
        own = profiles.mine(owner_pk=self.members[owner.email].pk)
        if own is None:
            raise DemoFailed(f"{owner.name} has no profile")
        text = replace(own.text, **parts)
        save_profile(owner_pk=own.owner_pk, text=text, version=own.version, now=self.now, chance=self.chance)

    def hand_on(self, owner: Somebody, people: Iterable[Somebody]) -> None:
        """A member gives their profile on paper to contacts of theirs."""
        member = self.members[owner.email]
        contacts = [self.write_down(owner, one).uid for one in people]
        act, on = self.chance.uid(), member.today(self.now)
        hand_over(owner=member, contacts=contacts, how=By.PDF, on=on, act=act, now=self.now, chance=self.chance)

    def answer_questions(self, owner: Somebody, said: Mapping[Question | str, Reply]) -> str:
        """A member answers the questions that wait, opened by a streak first; return their key."""
        member, policy = self.members[owner.email], law.policy()
        waiting = reviews.open_reviews(member=member, now=self.now, policy=policy)
        if not waiting:
            raise DemoFailed(f"no questions wait for {owner.name}")
        key = waiting[0].key
        facts = reviewing.review(member=member, key=key, now=self.now, policy=policy).facts
        answer(member=member, key=key, facts=facts, said=said, done=True, now=self.now, policy=policy)
        return key

    def adopt(self, owner: Somebody, kind: CorrectionKind, *, review: str) -> None:
        """A member adopts a small correction, from today on."""
        member, uid = self.members[owner.email], self.chance.uid()
        on = member.today(self.now)
        corrections.adopt(
            member=member, uid=uid, kind=kind, words="", on=on, review=review, now=self.now, policy=law.policy()
        )

    def wants_look_back(self, owner: Somebody) -> None:
        """A member asks for the look back at each month by mail."""
        one = self.members[owner.email]
        self.members[owner.email] = edit_preferences(
            member_pk=one.pk, digest_hour=one.digest_hour, digest_on=one.digest_on, review_on=True, mails=one.mails
        )

    # -- leads

    def pass_lead(self, giver: Somebody, receiver: Somebody, text: str) -> None:
        """A member passes a lead on."""
        draft = LeadDraft(receiver=self.write_down(giver, receiver).uid, text=text, area="FR-69123")
        leads.send(giver=self.members[giver.email], draft=draft, uid=self.chance.uid(), **self._act)
        self.run()

    def thank_for_lead(self, person: Somebody, text: str) -> None:
        """Whoever received a lead says thank you, with its link and digits."""
        leads.thank(caller=self._caller(person), said=Said(text=text), **self._act)
        self.run()

    def ask(self, person: Somebody, text: str) -> None:
        """An asked receiver puts a question to the giver."""
        answering.ask_question(caller=self._caller(person), text=text, **self._act)
        self.run()

    def answer(self, giver: Somebody, uid: str, text: str) -> None:
        """The giver answers what the receiver of this referral asked last."""
        member = self.members[giver.email]
        asked = stories.story(giver=member, uid=uid, now=self.now, policy=law.policy()).exchanges[-1]
        giving.answer_question(giver=member, uid=asked.uid, text=text, **self._act)
        self.run()

    def yes(self, person: Somebody, *, best_time: str = "") -> None:
        """An asked person says yes, with their part as the page proposes it, and when to reach them."""
        caller = self._caller(person)
        page = self._page(caller)
        sheet = replace(page.sheet, best_time=best_time) if best_time else page.sheet
        answering.say_yes(caller=caller, sheet=sheet, text=_shown(page), **self._act)
        self.run()

    def yes_aloud(self, giver: Somebody, uid: str) -> None:
        """The giver writes down a yes that was said to them on the telephone."""
        member = self.members[giver.email]
        asking = carrying.asking(giver=member, uid=uid, now=self.now, policy=law.policy())
        if asking is None:
            raise DemoFailed(f"nothing is asked for {uid}")
        said = Aloud(answer=Answer.YES, meeting="telephone", at=self.now, sheet=asking.sheet)
        bringing.record_aloud(giver=member, asking=asking, said=said, note="", **self._act)
        self.run()

    def no(self, person: Somebody) -> None:
        """An asked person says no; nobody is told."""
        caller = self._caller(person)
        answering.say_no(caller=caller, text=_shown(self._page(caller)), **self._act)
        self.run()

    def thank(self, person: Somebody, text: str) -> None:
        """An introduced receiver thanks the giver."""
        gratitude.thank(caller=self._caller(person), said=Said(text=text), **self._act)
        self.run()

    def praise(self, person: Somebody, about: Role, text: str) -> None:
        """An introduced receiver says a good word to the client, by mail, about who recommended them (R41)."""
        word = GoodWord(about=about, how=How.MAIL, text=text)
        promoting.promote(caller=self._caller(person), word=word, **self._act)
        self.run()

    def contact(self, person: Somebody) -> None:
        """An introduced receiver says that they have been in touch with the client."""
        gratitude.tell_contact(caller=self._caller(person), said=Said(), **self._act)
        self.run()

    def news(self, person: Somebody, text: str) -> None:
        """An introduced receiver gives news."""
        gratitude.give_news(caller=self._caller(person), said=Said(text=text, apt="yes"), **self._act)
        self.run()

    def close(self, person: Somebody, outcome: Outcome, text: str) -> None:
        """An introduced receiver says how it ended."""
        gratitude.close(caller=self._caller(person), outcome=outcome, said=Said(text=text), **self._act)
        self.run()

    def evaluate(self, person: Somebody, said: Judgement) -> None:
        """Somebody asked whether it was a good match says so."""
        asked = next((mail for mail in self._mails(person) if mail.asks_about_a_match), None)
        if asked is None:
            raise DemoFailed(f"{person.name} is not asked about a match")
        caller = Caller(token=asked.match_token, digits=asked.digits, language=LANGUAGE)
        evaluating.answer(caller=caller, said=said, **self._act)
        self.run()

    def _page(self, caller: Caller) -> RequestPage:
        page = pages.request_page(token=caller.token, now=self.now, language=LANGUAGE, policy=law.policy())
        if page is None:
            raise DemoFailed("a link opens nothing")
        return page

    def _caller(self, person: Somebody) -> Caller:
        """Take the newest mail with a link to answer by, and the digits printed in it."""
        received = next((mail for mail in self._mails(person) if mail.may_be_answered), None)
        if received is None:
            raise DemoFailed(f"{person.name} has nothing to answer")
        return Caller(token=received.token, digits=received.digits, language=LANGUAGE)


def _shown(page: RequestPage) -> str:
    return page.statement.text(language=LANGUAGE) if page.statement else ""
