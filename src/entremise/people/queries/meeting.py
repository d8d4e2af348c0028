"""Whether somebody one is introduced to is in one's book already (R37)."""

from __future__ import annotations

from entremise.people.mapping import ContactDraft
from entremise.people.models import Contact, ContactWay
from entremise.people.queries import folded_name, lines_matching
from entremise.protocol.folding import plain_words

_MOST = 20


def reached_alike(*, owner_pk: int, draft: ContactDraft) -> str:
    """Return the uid of the owner's contact who is reached by an address or number of the draft; "" for nobody.

    A number may be a whole company's: whoever is called quite differently is somebody else. Of several, the one of the
    same name, else the one that was written first. The ways of the draft are normalised.
    """
    wanted = {way.normalised for way in draft.ways if way.normalised}
    ways = ContactWay.objects.filter(contact__owner_id=owner_pk, contact__removed_at=None, normalised__in=wanted)
    if not wanted:
        return ""
    found = Contact.objects.filter(pk__in=ways.values("contact_id")).order_by("pk")[:_MOST]
    names = [(row.uid, f"{row.given_name} {row.family_name}".strip()) for row in found]
    words = set(plain_words(draft.name))
    alike = [(uid, name) for uid, name in names if not name or words.intersection(plain_words(name))]
    same = [uid for uid, name in alike if folded_name(name) == folded_name(draft.name)]
    return next(iter([*same, *(uid for uid, _name in alike)]), "")


def called(*, owner_pk: int, name: str, company: str) -> str:
    """Return the uid of the owner's only contact of this name, whatever the order of its words; "" for nobody.

    Of several, the one of the same company; "" where that does not tell them apart.
    """
    lines = lines_matching(owner_pk=owner_pk, search=name, limit=_MOST)
    alike = [line for line in lines if folded_name(line.name) == folded_name(name)]
    if len(alike) > 1:
        alike = [line for line in alike if company and folded_name(line.company) == folded_name(company)]
    return alike[0].uid if len(alike) == 1 else ""


def came_with(*, owner_pk: int, referral: str) -> bool:
    """Whether the owner's book has somebody, removed or not, who was met by this referral (R37)."""
    return Contact.objects.filter(owner_id=owner_pk, met_by=referral).exists()
