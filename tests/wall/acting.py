"""What people do besides answering a request: bring, repair, forget, hint, invite, show themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.test import override_settings

from entremise.accounts.actions import edit_preferences
from entremise.accounts.queries import by_address
from entremise.lib import bounces, links
from entremise.outbox.actions import take_report
from entremise.people.actions.profiles import save_profile, show_to
from entremise.people.queries.profiles import ProfileText, SeenBy
from entremise.protocol.ending import Worth
from entremise.protocol.types import Answer, Outcome, Role
from entremise.referrals.actions import gratitude, hearing, leads, outside, repairing, rights
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.queries import keys
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.outside import Direction
from tests.cast import Mail
from tests.lib.bounce_cases import POSTFIX, raw
from tests.wall import brought
from tests.wall.observed import sending
from tests.wall.staging import PAUL, SOFIA, Act, Scene

LEAD = "l" * 26
PUBLIC = "Un restaurant ouvre rue Mercière ; les travaux de cuisine commencent en mars."


def _at(scene: Scene) -> dict[str, Any]:
    return {"now": scene.world.now, "chance": scene.world.chance, "policy": scene.world.policy}


def _post(scene: Scene, who: str, path: str, typed: Mapping[str, str]) -> None:
    """Somebody sends a form, and it counts; what it answers is theirs to see."""
    observer = scene.observers[who]
    observer.records += sending(observer.client, path, typed, at=scene.world.now)
    scene.world.run()


# -- bringing -------------------------------------------------------------------------------------------------------


def sends_to_carry(*who: str) -> Act:
    """Hélène sends the referral, and carries the link to these sides herself."""

    def act(scene: Scene) -> None:
        scene.told = {address: len(scene.world.mails_to(address)) for address in (scene.ines, scene.marc)}
        scene.uid = scene.world.send(carries=who)

    return act


def brings(who: Role, answer: Answer) -> Act:
    """That side answers the question of the day through the link that Hélène carried to them."""

    def act(scene: Scene) -> None:
        row = next(one for one in brought.carried(scene.uid) if one.role == who.value)
        asked = scene.world.asking(scene.uid)
        assert asked is not None
        digits = keys.digits(Purpose.CARRIED, row.uid)
        sheet = scene.sheets[scene.ines if who is Role.RECEIVER else scene.marc]
        scene.world.carried(replace(asked, token=brought.token(row), digits=digits), answer, sheet=sheet)

    return act


def writes_down(answer: Answer) -> Act:
    """Hélène writes down what she was told aloud (R8)."""

    def act(scene: Scene) -> None:
        asked = scene.world.asking(scene.uid)
        assert asked is not None
        typed = brought.aloud(scene.world, asked.kind.value, answer)
        _post(scene, "giver", f"/histoire/{scene.uid}/de-vive-voix/", typed)

    return act


def tries_paul(scene: Scene) -> None:
    """Hélène tries Paul for the same need, and carries the link to the client again."""
    paul = scene.world.add(replace(PAUL, trade="ventilation-engineer"))
    scene.uid = scene.world.try_another(scene.uid, paul, carries=("client",))


def paul_says_yes(scene: Scene) -> None:
    """Paul is glad to."""
    address = PAUL.ways[0].value
    mail = next(mail for mail in reversed(scene.world.mails_to(address)) if "/l/" in mail.text)
    scene.world.yes(mail)


# -- addresses ------------------------------------------------------------------------------------------------------


def comes_back(who: str, number: int = 0) -> Act:
    """The mail of a request comes back from its server (R18)."""

    def act(scene: Scene) -> None:
        mail = scene.request(getattr(scene, who), number)
        box = "bounces@entremise.test"
        with override_settings(ENTREMISE=replace(settings.ENTREMISE, bounce_address=box)):
            to = bounces.return_path(box, message_id=str(mail.message["Message-ID"]), secret=links.site_secret())
            assert take_report(raw(POSTFIX, to=to), now=scene.world.now)

    return act


def is_not_them(who: str, number: int = 0) -> Act:
    """Whoever reads the request says that it is somebody else's (R18)."""

    def act(scene: Scene) -> None:
        caller = _caller(scene.request(getattr(scene, who), number))
        repairing.say_not_them(caller=caller, now=scene.world.now, policy=scene.world.policy)

    return act


def corrects(side: str) -> Act:
    """Hélène corrects the address of "personne" or "client"."""
    path = "/histoire/{}/adresse/" + side + "/"
    return lambda scene: _post(scene, "giver", path.format(scene.uid), {"address": "juste@ailleurs.example"})


def cannot_reach(scene: Scene) -> None:
    """Inès tells that Marc's details do not work."""
    mail = next(mail for mail in scene.world.mails_to(scene.ines) if "/n/" in mail.text)
    repairing.say_unreachable(caller=_caller(mail), **_at(scene))
    scene.world.run()


def praises(about: Role = Role.GIVER) -> Act:
    """Inès says a good word to Marc about Hélène, or about who took part (R41)."""

    def act(scene: Scene) -> None:
        mail = next(mail for mail in scene.world.mails_to(scene.ines) if "/n/" in mail.text)
        scene.world.praise(mail, about=about)

    return act


def corrects_details(scene: Scene) -> None:
    """Hélène writes down Marc's right details."""
    _post(scene, "giver", f"/histoire/{scene.uid}/coordonnees/", {"details": "06 00 00 00 01"})


# -- rights ---------------------------------------------------------------------------------------------------------


def forgets(who: str, number: int = 0, *, asks_givers: bool = False) -> Act:
    """Inès or Marc has what is held about them by a request erased (R45)."""

    def act(scene: Scene) -> None:
        caller = _caller(scene.request(getattr(scene, who), number))
        rights.forget(caller=caller, ask_givers=asks_givers, text="…", **_at(scene))
        scene.world.run()

    return act


def forgets_everything(who: str) -> Act:
    """Inès or Marc asks for a link by their address alone, and has everything erased (R45)."""

    def act(scene: Scene) -> None:
        address = getattr(scene, who)
        rights.ask_link(email=address, language="fr", **_at(scene))
        scene.world.run()
        mail = scene.world.last_to(address)
        found = re.search(r"/droits/([a-z2-7]+)/", mail.text)
        assert found
        caller = Caller(token=found.group(1), digits=mail.digits, language="fr")
        rights.forget(caller=caller, ask_givers=False, text="…", **_at(scene))
        scene.world.run()

    return act


def asks_what_is_held(who: str) -> Act:
    """A stranger types Inès' address where one asks what is held about oneself (R45)."""
    return lambda scene: _post(scene, who, "/droits/", {"email": scene.ines})


# -- leads, invitations, profiles -----------------------------------------------------------------------------------


def sends_lead(scene: Scene) -> None:
    """Hélène sends Inès a lead, from her own page (R2); its pages, and a link she may carry, are hers to open."""
    typed = {"act": "send", "uid": LEAD, "text": PUBLIC, "receiver-who": scene.world.ines.uid}
    _post(scene, "giver", "/piste/nouvelle/", typed)
    paths = (f"/piste/{LEAD}/", "/pistes/", f"/contacts/{scene.world.ines.uid}/", f"/p/{leads.lead_token(LEAD)}/")
    scene.observers["giver"].links.update(dict.fromkeys(paths[: 4 if not scene.world.policy.writes_first else 3]))


def refuses_leads(scope: str) -> Act:
    """Inès refuses, behind the lead's link, what Hélène or anybody would send (R45)."""

    def act(scene: Scene) -> None:
        digits = keys.digits(Purpose.LEAD, LEAD)
        caller = Caller(token=leads.lead_token(LEAD), digits=digits, language="fr")
        leads.refuse(caller=caller, scope=scope, now=scene.world.now, policy=scene.world.policy)

    return act


def looks_back(who: str) -> Act:
    """A member asks for the look back at each month, by mail (R27)."""

    def act(scene: Scene) -> None:
        one = by_address(scene.ines) if who == "ines" else scene.world.helene
        assert one is not None
        edit_preferences(
            member_pk=one.pk, digest_hour=one.digest_hour, digest_on=one.digest_on, review_on=True, mails=one.mails
        )

    return act


def invites(scene: Scene) -> None:
    """Hélène invites Inès to become a member, and once more (R46)."""
    typed = {"name": "Inès", "email": scene.ines, "language": "fr", "words": "Venez voir."}
    for _ in range(2):
        _post(scene, "giver", "/moi/invitations/inviter/", typed)
    scene.observers["giver"].links["/moi/invitations/"] = None


def shows(seen_by: SeenBy | None) -> Act:
    """Inès, a member, writes how to recommend her, and shows it to nobody, to Olga alone, or to every member (R44)."""

    def act(scene: Scene) -> None:
        ines = by_address(scene.ines)
        if ines is not None and seen_by is not None:
            mine: dict[str, Any] = {"owner_pk": ines.pk, "now": scene.world.now, "chance": scene.world.chance}
            save_profile(text=ProfileText(services=("Hottes et extraction",)), version=0, **mine)
            show_to(seen_by=seen_by, **mine)
        giver = scene.observers["giver"]
        giver.links[f"/contacts/{scene.world.ines.uid}/"] = None

    return act


def _caller(mail: Mail) -> Caller:
    return Caller(token=mail.token, digits=mail.digits, language="fr")


# -- how it ended ---------------------------------------------------------------------------------------------------


def ends(outcome: Outcome, text: str = "", *, worth: Worth | None = None) -> Act:
    """Inès says, or corrects, how it ended, through the link of her introduction; the amount is hers (R26)."""

    def act(scene: Scene) -> None:
        scene.world.close(_introduction(scene), outcome, text, worth=worth, keeps=False)

    return act


def takes_up(scene: Scene) -> None:
    """Inès says that it goes on."""
    scene.world.take_up(_introduction(scene))


def hears(outcome: Outcome | None) -> Act:
    """Hélène notes for herself how she heard that it ended, or that she does not know after all (R26)."""
    return lambda scene: hearing.hear(giver=scene.world.helene, uid=scene.uid, outcome=outcome, now=scene.world.now)


def looks_on(scene: Scene) -> None:
    """Nobody does anything, at an hour at which somebody does in another world: the worker runs in both."""
    del scene


def _introduction(scene: Scene) -> Mail:
    return next(mail for mail in scene.world.mails_to(scene.ines) if "/n/" in mail.text)


# -- so that every letter is written --------------------------------------------------------------------------------


def hands_over_links(scene: Scene) -> None:
    """Hélène carries both links: Inès and Marc open them as well."""
    for row in brought.carried(scene.uid):
        whose = scene.observers[row.role]
        whose.links.update(dict.fromkeys(f"/c/{brought.token(row)}/{page}" for page in ("", "oui/", "non/", "note/")))


def says_no_and_why(who: str) -> Act:
    """Inès or Marc says no, and lets Hélène know at once, with a reason (R7)."""
    return lambda scene: scene.world.no(scene.request(getattr(scene, who)), tell=True, reason="Trop loin cette année.")


def thanks_for_the_lead(scene: Scene) -> None:
    """Inès thanks Hélène for the lead (R20)."""
    digits = keys.digits(Purpose.LEAD, LEAD)
    caller = Caller(token=leads.lead_token(LEAD), digits=digits, language="fr")
    leads.thank(caller=caller, said=Said(text="Merci, je regarde."), **_at(scene))
    scene.world.run()


def notes_from_outside(scene: Scene) -> None:
    """Hélène notes that Inès recommended her to Sofia, and thanks her by mail (R23b)."""
    shown, uid = scene.world, "n" * 26
    noted = outside.Noted(
        direction=Direction.RECEIVED, other=shown.ines.uid, client=SOFIA, arrived_on=shown.helene.today(shown.now)
    )
    outside.note(owner=shown.helene, noted=noted, uid=uid, **_at(scene))
    outside.set_likes_mail(owner=shown.helene, uid=uid, likes=True)
    outside.tell(owner=shown.helene, uid=uid, kind=gratitude.THANKS, said=Said(text="Merci de ce mot."), **_at(scene))
    shown.run()
