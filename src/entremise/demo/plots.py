"""What happens in the invented network: each plot is a story that says how long it waits between its acts."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils.translation import gettext as _

from entremise.demo import past
from entremise.demo.people import AWA, CLAIRE, CLIENTS, FRANCOIS, HELENE, INES, KARIM, MARC, NATHAN, OTHERS, Somebody
from entremise.demo.stage import DemoFailed, Stage
from entremise.protocol.evaluation import Again, Bond, Judgement, Match
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import gratitude
from entremise.referrals.mapping import NeedDraft

Waits = Iterator[timedelta]
Tell = Callable[[str], None]

HOLD = timedelta(minutes=15)

NEED = NeedDraft(
    client_kind="small-business",
    area="FR-69123",
    source="told_me",
    urgency="now",
    knows_receiver="well",
    knows_client="well",
    fits=dict.fromkeys(("service", "market", "area", "available", "wanted", "budget"), "yes"),
    effort="name",
    reason="Un premier échange pour dire ce qu’il faudrait",
)


@dataclass(frozen=True)
class Plot:
    """A story and how many days before today it begins."""

    days_ago: int
    play: Callable[[Stage, Tell], Waits]


def _expect(kept: bool, promise: str) -> None:
    if not kept:
        raise DemoFailed(f"this should hold and does not: {promise}")


# -- the reference example of the doctrine -----------------------------------------------------------


def reference(stage: Stage, tell: Tell) -> Waits:
    """Hélène introduces Inès to Marc; Marc chooses somebody else; everybody stays friends."""
    draft = replace(
        NEED,
        client_kind="restaurant",
        trade="ventilation-engineer",
        urgency="dated",
        wanted_by=(stage.now + timedelta(days=80)).date(),
        note="La ventilation de la cuisine est à refaire avant le printemps.",
        reason="Refaire la ventilation de la cuisine",
    )
    tell(_("Hélène has lunch with Marc: his kitchen's ventilation must be redone. She thinks of Inès."))
    tell(_("She met Inès through François eight months ago. The CARE test passes, and François is asked first."))
    yield from _asked_and_introduced(stage, tell, draft)
    yield from _thanked_and_told(stage, tell)


def _permitted(stage: Stage, tell: Tell, draft: NeedDraft) -> Generator[timedelta, None, str]:
    """François, through whom Hélène met Inès, is asked before anybody else (R38, R39)."""
    stage.met_through(HELENE, INES, FRANCOIS)
    uid = stage.send(HELENE, INES, MARC, draft)
    permission = stage.mail(FRANCOIS)
    _expect("Marc" not in permission.text and "Cèdre" not in permission.text, "François does not know for whom it is")
    tell(
        _("François receives “%(subject)s”. He reads: Inès, and a restaurant in Lyon.")
        % {"subject": permission.subject}
    )
    yield timedelta(hours=1)

    stage.allow(FRANCOIS)
    tell(_("François allows it, and takes part: both will be told that whoever introduced them learns both names."))
    yield HOLD
    return uid


def _asked_and_introduced(stage: Stage, tell: Tell, draft: NeedDraft) -> Waits:
    uid = yield from _permitted(stage, tell, draft)
    asked = stage.mail(INES)
    _expect("Marc" not in asked.text and "Cèdre" not in asked.text, "Inès does not know who it is")
    tell(
        _("Inès receives “%(subject)s”. Client: veiled. She reads: a restaurant, in Lyon.") % {"subject": asked.subject}
    )
    yield timedelta(hours=2)

    stage.ask(INES, "Combien de couverts, à peu près ?")
    tell(_("Inès asks how many covers, roughly."))
    yield timedelta(hours=1)

    stage.answer(HELENE, uid, "Une soixantaine le midi, un peu moins le soir.")
    tell(_("Hélène answers: about sixty. Nothing that says where, or whose."))
    yield timedelta(hours=15)

    stage.yes(INES, best_time="Le matin avant 10 h")
    tell(_("Inès says yes, on her telephone. Her yes takes effect in a quarter of an hour."))
    yield HOLD

    asked = stage.mail(MARC)
    _expect("Inès" not in asked.text and "Moreau" not in asked.text, "Marc does not know who it is")
    tell(_("Marc receives “%(subject)s”. Receiver: veiled.") % {"subject": asked.subject})
    yield timedelta(hours=6)

    stage.yes(MARC)
    tell(_("Marc says yes in principle."))
    yield HOLD

    named = stage.mail(MARC)
    _expect("Inès Moreau" in named.text, "Marc learns the name before he confirms")
    lifted = _("The veil lifts for Marc: it is Inès Moreau, of Moreau Ventilation. Inès still does not know.")
    tell(lifted)
    yield timedelta(minutes=40)

    _expect("Marc" not in stage.mail(INES).text, "Inès does not know before the confirmation")
    stage.yes(MARC, best_time="Le matin, avant le service")
    tell(_("Marc chooses the telephone, in the morning, and confirms."))
    yield HOLD

    introduced = stage.mail(INES)
    _expect("Marc Delaunay" in introduced.text and MARC.phone in introduced.text, "Inès can call")
    _expect("Inès Moreau" in stage.mail(MARC).text, "Marc receives the introduction")
    _expect("François Lacaze" in introduced.text + stage.mail(MARC).text, "François is named as co-introducer")
    _expect("Marc Delaunay" in stage.mail(FRANCOIS).text, "François learns both names now, and not before")
    tell(
        _("Introduction: Inès learns that it is Marc Delaunay, Le Cèdre Bleu, %(phone)s. Hélène steps back.")
        % {"phone": MARC.phone}
    )
    yield timedelta(hours=4)


def _thanked_and_told(stage: Stage, tell: Tell) -> Waits:
    stage.thank(INES, "Merci Hélène, je l’appelle demain matin. Votre confiance me touche.")
    tell(_("Inès thanks Hélène, in her own words."))
    yield timedelta(days=1)

    stage.contact(INES)
    tell(_("Inès has called Marc."))
    stage.praise(INES, Role.GIVER, "Hélène tient ma comptabilité depuis le printemps : elle écoute, puis elle pense.")
    stage.praise(INES, Role.REFERRER, "François m’a présentée à Hélène : un architecte qui tient ses délais.")
    _expect("elle écoute" in stage.mail(MARC).text or "François" in stage.mail(MARC).text, "Marc reads the good words")
    tell(_("She says a good word to Marc about Hélène, and one about François: both can read it."))
    yield timedelta(days=6)

    stage.news(INES, "Visite de la cuisine mardi. Devis envoyé ce matin.")
    tell(_("News: the visit is done, the quotation sent."))
    yield timedelta(days=9)

    stage.close(INES, Outcome.LOST, "Marc a choisi un autre devis, pour le prix. Nous restons en bons termes.")
    heard = stage.mail(HELENE)
    _expect("pour le prix" in heard.text, "Hélène knows how it ended")
    tell(_("Marc chose another quotation, for the price. Inès tells Hélène: the loop is closed."))
    yield timedelta(days=15)

    stage.evaluate(MARC, Judgement(match=Match.YES, bonds=Bond.STRONGER, words="Bonne rencontre, malgré le prix."))
    tell(_("A month after the introduction the three are asked whether it was a good match. Marc answers: it was."))
    judged = Judgement(match=Match.YES, bonds=Bond.STRONGER, again_receiver=Again.YES, again_client=Again.YES)
    stage.evaluate(HELENE, judged)
    tell(_("Hélène would recommend Inès again. Nobody but her reads that."))


# -- the rest of the network ------------------------------------------------------------------------


def _story(
    giver: Somebody, receiver: Somebody, client: Somebody, *, until: str, draft: NeedDraft = NEED, news: str = ""
) -> Callable[[Stage, Tell], Waits]:
    """A referral that goes as far as `until`: asked, client, named, introduced, thanked, contacted, news, won."""
    far = _STEPS.index(until)

    def play(stage: Stage, _tell: Tell) -> Waits:
        stage.send(giver, receiver, client, replace(draft, trade=receiver.trade))
        for step, who in (("client", receiver), ("named", client), ("introduced", client)):
            if far < _STEPS.index(step):
                return
            yield timedelta(hours=5)
            stage.yes(who)
            yield HOLD
        acts: dict[str, Callable[[], None]] = {
            "thanked": lambda: stage.thank(receiver, f"Merci {giver.given}, je m’en occupe avec plaisir."),
            "contacted": lambda: stage.contact(receiver),
            "news": lambda: stage.news(receiver, news),
            "won": lambda: stage.close(receiver, Outcome.WON, "Nous commençons le mois prochain. Merci encore."),
        }
        for step, act in acts.items():
            if far < _STEPS.index(step):
                return
            yield timedelta(hours=20)
            act()

    return play


_STEPS = ("asked", "client", "named", "introduced", "thanked", "contacted", "news", "won")


@dataclass(frozen=True, kw_only=True)
class _End:
    """How a match ended, and what its three people say of it when they are asked, `after` so many days."""

    outcome: Outcome
    text: str
    after: int
    matches: tuple[Match, Match, Match] = (Match.YES, Match.YES, Match.YES)  # giver, receiver, client
    again: Again = Again.YES


def _judged(
    giver: Somebody, receiver: Somebody, client: Somebody, end: _End, *, draft: NeedDraft = NEED
) -> Callable[[Stage, Tell], Waits]:
    """A referral that ended, well or not, and was judged by its three people when they were asked (R14, R15)."""
    begin = _story(giver, receiver, client, until="contacted", draft=draft)

    def play(stage: Stage, tell: Tell) -> Waits:
        yield from begin(stage, tell)
        yield timedelta(days=9)
        stage.close(receiver, end.outcome, end.text)
        yield timedelta(days=end.after)
        for who, match in zip((giver, receiver, client), end.matches, strict=True):
            bonds = Bond.STRONGER if match is Match.YES else Bond.SAME
            again = end.again if who is giver else None
            stage.evaluate(who, Judgement(match=match, bonds=bonds, again_receiver=again, again_client=again))

    return play


def _declined(giver: Somebody, receiver: Somebody, client: Somebody) -> Callable[[Stage, Tell], Waits]:
    """A receiver says no, quietly: the story looks alive until its closing."""

    def play(stage: Stage, _tell: Tell) -> Waits:
        stage.send(giver, receiver, client, replace(NEED, trade=receiver.trade))
        yield timedelta(hours=3)
        stage.no(receiver)

    return play


def _by_telephone(stage: Stage, _tell: Tell) -> Waits:
    """Hélène carries the questions herself: Inès answers by her link, Nadia on the telephone; the name is next."""
    draft = replace(NEED, trade=INES.trade, carries=("client",))
    uid = stage.send(HELENE, INES, NADIA, draft)
    yield timedelta(hours=2)
    stage.allow(FRANCOIS)
    yield HOLD
    stage.yes(INES)
    yield timedelta(hours=20)
    stage.yes_aloud(HELENE, uid)
    yield timedelta(hours=24)


def _from_outside(stage: Stage, _tell: Tell) -> Waits:
    """Over lunch, Klein gave Hélène's name to Antoine; she thanks him, and owes Antoine a first call."""
    uid = stage.received(HELENE, KLEIN, ANTOINE, "Il ouvre une deuxième boutique et cherche un expert-comptable.")
    yield timedelta(hours=6)
    stage.say_outside(HELENE, uid, gratitude.THANKS, "Merci d’avoir pensé à moi. Je l’appelle cette semaine.")


def _learns(stage: Stage, _tell: Tell) -> Waits:
    """Three came to nothing in a row: Hélène answers the four questions, and names her prices (R27, R28)."""
    yield timedelta()
    past.learn(stage)


def _looks_back(stage: Stage, _tell: Tell) -> Waits:
    """She notes what has come since, so that before and after can be held side by side."""
    yield timedelta()
    past.remember_since(stage)


def _lead(stage: Stage, _tell: Tell) -> Waits:
    """Hélène passes a lead on to Nathan, who thanks her."""
    stage.pass_lead(HELENE, NATHAN, "La médiathèque de Villeurbanne lance un appel pour refaire son site.")
    yield timedelta(hours=8)
    stage.thank_for_lead(NATHAN, "Merci Hélène, je regarde l’appel ce soir.")


LEA, PAUL, SARAH, HUGO, NADIA, THOMAS, CAMILLE, YANN, ZOE, ANTOINE = CLIENTS
KLEIN, MERCIER = (next(one for one in OTHERS if one.family == name) for name in ("Klein", "Mercier"))

_UNSURE = replace(NEED, knows_client="somewhat", fits={**NEED.fits, "budget": "unknown", "available": "unknown"})
_NOT_HERE = (Match.PARTLY, Match.NO, Match.NO)

PLOTS: tuple[Plot, ...] = (
    Plot(142, _judged(HELENE, KARIM, HUGO, _End(outcome=Outcome.WON, text="Contrat signé. Merci encore.", after=40))),
    Plot(131, _judged(HELENE, NATHAN, ZOE, _End(outcome=Outcome.WON, text="Le site ouvre en janvier.", after=25))),
    Plot(
        117,
        _judged(
            HELENE,
            MERCIER,
            ANTOINE,
            _End(
                outcome=Outcome.NOT_A_FIT,
                text="Une verrière, et je ne fais que la tuile. Nous nous sommes quittés bons amis.",
                after=15,
                matches=_NOT_HERE,
                again=Again.PERHAPS,
            ),
            draft=_UNSURE,
        ),
    ),
    Plot(
        103,
        _judged(
            HELENE,
            CLAIRE,
            YANN,
            _End(outcome=Outcome.WON, text="L’acte est signé.", after=25),
        ),
    ),
    Plot(100, _learns),
    Plot(
        96,
        _judged(
            HELENE,
            NATHAN,
            THOMAS,
            _End(
                outcome=Outcome.NO_NEED,
                text="Son gendre s’en charge finalement. Il gardera mon numéro.",
                after=25,
                matches=(Match.PARTLY, Match.YES, Match.PARTLY),
            ),
            draft=_UNSURE,
        ),
    ),
    Plot(
        79,
        _judged(
            HELENE,
            KARIM,
            PAUL,
            _End(
                outcome=Outcome.LOST,
                text="Il reste chez son assureur, moins cher d’un tiers. Je sais mieux quoi lui dire.",
                after=40,
                matches=(Match.YES, Match.YES, Match.PARTLY),
            ),
        ),
    ),
    Plot(58, _looks_back),
    Plot(58, _story(HELENE, KARIM, LEA, until="won", news="Premier rendez-vous pris, elle compare deux contrats.")),
    Plot(52, _story(CLAIRE, HELENE, HUGO, until="news", news="Premier bilan rendu, la lettre de mission est prête.")),
    Plot(45, reference),
    Plot(40, _declined(HELENE, AWA, THOMAS)),
    Plot(24, _story(HELENE, NATHAN, SARAH, until="contacted")),
    Plot(16, _story(KARIM, CLAIRE, PAUL, until="thanked")),
    Plot(9, _lead),
    Plot(6, _from_outside),
    Plot(5, _story(FRANCOIS, HELENE, NADIA, until="introduced")),
    Plot(4, _by_telephone),
    Plot(3, _story(HELENE, KARIM, CAMILLE, until="client")),
    Plot(2, _story(HELENE, KLEIN, YANN, until="asked")),
    Plot(1, _story(AWA, HELENE, ZOE, until="asked")),
    Plot(1, _story(NATHAN, CLAIRE, ANTOINE, until="named")),
)
