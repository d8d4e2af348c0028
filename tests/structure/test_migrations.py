"""Migrations are complete and stand in one line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.structure.repository import TABLE_APPS


@pytest.mark.django_db
def test_the_models_say_nothing_that_the_migrations_do_not() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("app", TABLE_APPS)
def test_the_migrations_of_an_app_stand_in_one_line(app: str) -> None:
    loader = MigrationLoader(None)
    own = sorted(name for label, name in loader.disk_migrations if label == app)
    assert own, f"{app} has no migrations"
    assert [name[:4] for name in own] == [f"{number:04d}" for number in range(1, len(own) + 1)]
    for before, after in pairwise(own):
        assert (app, before) in loader.disk_migrations[app, after].dependencies


@pytest.mark.django_db
def test_every_migration_is_applied_to_the_database_of_the_tests() -> None:
    loader = MigrationLoader(connection)
    assert set(loader.disk_migrations) <= set(loader.applied_migrations)
