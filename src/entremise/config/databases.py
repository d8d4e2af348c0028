"""From the database the environment names to Django's DATABASES."""

from __future__ import annotations

from entremise.config.kinds import Database

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA mmap_size=268435456",
    "PRAGMA cache_size=-32768",
    "PRAGMA temp_store=MEMORY",
)
_BUSY_SECONDS = 20
_KEPT_SECONDS = 600


def _sqlite(database: Database) -> dict[str, object]:
    """Writers that take turns at a gate, and transactions that take the write lock at their beginning."""
    return {
        "ENGINE": "entremise.lib.sqlite_gate",
        "NAME": database.name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": _BUSY_SECONDS,
            "init_command": ";".join(_PRAGMAS),
        },
    }


def _postgresql(database: Database) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database.name,
        "USER": database.user,
        "PASSWORD": database.password,
        "HOST": database.host,
        "PORT": database.port,
        "CONN_MAX_AGE": _KEPT_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(database.options),
    }


def databases(database: Database | None) -> dict[str, dict[str, object]]:
    """Return Django's DATABASES; None (DATABASE_URL is wrong) gives one that refuses every query."""
    if database is None:
        return {"default": {"ENGINE": "django.db.backends.dummy"}}
    return {"default": _sqlite(database) if database.engine == "sqlite" else _postgresql(database)}
