"""What the tests of the pages behind links share: forms as people fill them in, and how they get there."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core import serializers

from entremise.protocol.wall import Seen
from tests.cast import INES, MARC, Mail, World

PART = {"name": "Inès Moreau", "way": "phone", "details": "06 12 34 56 78"}
CLIENT_PART = {"name": "Marc Delaunay", "way": "phone", "details": "06 98 76 54 32", "reason": "La ventilation"}
OF_MARC = ("Marc", "Delaunay", "Cèdre", "cedre-bleu", "98 76")
OF_INES = ("Inès", "Moreau", "moreau-ventilation", "12 34")


def everything() -> str:
    """Every row of the program's own tables, as text."""
    labels = ("referrals", "people", "accounts", "outbox")
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return "\n".join(serializers.serialize("json", model.objects.order_by("pk")) for model in models)


def wrong(mail: Mail) -> str:
    return f"{(int(mail.digits) + 1) % 10_000:04}"


def address(mail: Mail, act: str = "") -> str:
    return f"/l/{mail.token}/{act}/" if act else f"/l/{mail.token}/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def seen(scene: World, mail: Mail) -> Seen:
    page = scene.page(mail)
    assert page is not None
    return page.seen


def asked_in_principle(scene: World) -> Mail:
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    return scene.last_to(MARC)
