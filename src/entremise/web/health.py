"""What watches over the program may ask: does it answer, and is it ready? Small JSON, without a word about people."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from entremise.lib import schema
from entremise.lib.clock import now
from entremise.outbox import queries
from entremise.web.access import machines


@machines
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; nothing else is touched, the database neither."""
    del request
    return JsonResponse({"status": "ok"})


@machines
def readyz(request: HttpRequest) -> HttpResponse:
    """Say part by part whether the program can do its work; status 503 where a part cannot."""
    del request
    parts = _parts()
    ready = all(said in {"ok", "frozen"} for said in parts.values())
    return JsonResponse({"status": "ok" if ready else "unready", **parts}, status=200 if ready else 503)


def _parts() -> dict[str, str]:
    """Return a word for each part. An outbox somebody froze is no failure: the pages work, and `doctor` says it."""
    try:
        if schema.missing():
            return {"database": "ok", "migrations": "missing", "worker": "unknown", "outbox": "unknown"}
        health = queries.health(now=now())
    except (DatabaseError, InterfaceError):
        return {"database": "unreachable", "migrations": "unknown", "worker": "unknown", "outbox": "unknown"}
    return {
        "database": "ok",
        "migrations": "ok",
        "worker": "ok" if health.worker_lives else "silent",
        "outbox": "frozen" if health.frozen_since else "stuck" if health.stuck else "ok",
    }


urlpatterns = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
