"""The way in, page by page: what comes after what, and what is still missing before the mails can be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from entremise.lib import law
from entremise.protocol import care
from entremise.protocol.care import Question, Verdict
from entremise.protocol.errors import SamePerson
from entremise.protocol.types import Role, Urgency
from entremise.referrals.actions import giving
from entremise.referrals.queries import briefs, fitting
from entremise.web import need_words
from entremise.web.need_state import At

_ = gettext_lazy
LETTERS = "letters"
WAY_IN = (
    "client", "trade", "kind", "area", "receiver", "real", "known", "fits", "verdict", "brief", "effort", LETTERS,
)  # fmt: skip
ANOTHER = ("receiver", "known", "fits", "verdict", LETTERS)


def judgement(at: At) -> care.Judgement | None:
    """Return the test's judgement, or None while an answer is missing."""
    if not all(_IS_ANSWERED[step](at) for step in ("real", "known", "fits")):
        return None
    return care.judge(fitting.answers(draft=at.draft, held=at.held), today=at.today, policy=law.policy())


def _people(at: At) -> bool:
    try:
        giving.check_people(giver=at.member, receiver=at.receiver, client=at.client)
    except SamePerson:
        return False
    return True


def _client(at: At) -> bool:
    return at.client is not None and _people(replace(at, receiver=None))


def _receiver(at: At) -> bool:
    return at.receiver is not None and at.receiver.uid not in at.tried and _people(at)


def _trade(at: At) -> bool:
    if at.draft.trade:
        return True
    words = at.draft.trade_words
    return bool(words) and (at.client is None or not briefs.giveaways(words, receiver=at.receiver, client=at.client))


def _real(at: At) -> bool:
    dated = at.draft.urgency == Urgency.DATED
    return bool(at.draft.source and at.draft.urgency) and (at.draft.wanted_by is not None or not dated)


def _passes(at: At) -> bool:
    judged = judgement(at)
    return judged is not None and judged.verdict is Verdict.REFERRAL


def _brief(at: At) -> bool:
    if at.receiver is None or at.client is None:
        return False
    try:
        giving.check_brief(at.draft, receiver=at.receiver, client=at.client, policy=law.policy())
    except giving.BriefRefused:
        return False
    return True


_IS_ANSWERED: Mapping[str, Callable[[At], bool]] = {
    "client": _client,
    "trade": _trade,
    "kind": lambda at: True,
    "area": lambda at: bool(at.draft.area),
    "receiver": _receiver,
    "real": _real,
    "known": lambda at: bool(at.draft.knows_receiver and at.draft.knows_client),
    "fits": lambda at: set(at.draft.fits) == set(Question),
    "verdict": _passes,
    "brief": _brief,
    "effort": lambda at: bool(at.draft.effort),
    LETTERS: lambda at: True,
}


def is_answered(step: str, at: At) -> bool:
    """Return whether a page's question is answered as it must be."""
    return _IS_ANSWERED[step](at)


def reachable(step: str, at: At, *, order: tuple[str, ...]) -> str:
    """Return `step`, or the first page before it whose answer is still missing."""
    before = order[: order.index(step)]
    return next((name for name in before if not is_answered(name, at)), step)


def after(step: str, *, order: tuple[str, ...], then: str) -> str:
    """Return the page that follows, or `then` where one had gone back to change something on the way to it."""
    following = order[order.index(step) + 1]
    return then if then in order and order.index(then) > order.index(step) else following


def furthest(at: At, *, order: tuple[str, ...]) -> str:
    """Return where a kept draft is taken up again: at the first missing answer."""
    step = reachable(order[-1], at, order=order)
    return "brief" if step == "effort" else step


@dataclass(frozen=True, kw_only=True)
class Said:
    """One line of what was said, and the page that changes it."""

    question: Promise
    answer: str
    step: str


def said_so_far(at: At, *, order: tuple[str, ...], step: str) -> list[Said]:
    """Return what was answered on the pages before this one, in a few words each."""
    words: Mapping[str, tuple[Promise, Callable[[], str]]] = {
        "client": (_("Who has the need"), lambda: at.name(Role.CLIENT)),
        "trade": (_("What is needed"), lambda: need_words.trade_words(at)),
        "kind": (_("Described as"), lambda: need_words.client_kind_words(at)),
        "area": (_("Where"), lambda: need_words.area_words(at)),
        "receiver": (_("Whom you think of"), lambda: at.name(Role.RECEIVER)),
        "real": (_("When"), lambda: _when(at)),
        "fits": (_("The test"), lambda: verdict_words(at)),
        "brief": (_("What helps to say yes or no"), lambda: at.draft.note),
    }
    before = order[: order.index(step)] if step in order else order
    return [
        Said(question=question, answer=tell(), step=name)
        for name, (question, tell) in words.items()
        if name in before and is_answered(name, at)
    ]


def verdict_words(at: At) -> str:
    """Return the verdict in a word; empty before the test."""
    judged = judgement(at)
    return str(_VERDICTS[judged.verdict]) if judged else ""


_VERDICTS: Mapping[Verdict, Promise] = {
    Verdict.REFERRAL: _("it passes"),
    Verdict.MISMATCH: _("something does not fit"),
    Verdict.LATER: _("not yet"),
    Verdict.LEAD: _("a hint only"),
}


def _when(at: At) -> str:
    if at.draft.wanted_by:
        return gettext("by %(date)s") % {"date": need_words.day_words(at.draft.wanted_by)}
    return str(_WHEN.get(at.draft.urgency, ""))


_WHEN: Mapping[str, Promise] = {
    Urgency.NOW: _("now"),
    Urgency.LATER: _("later, perhaps"),
    Urgency.NONE: _("not for the moment"),
}
