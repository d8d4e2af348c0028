"""Whether the tables are those that this version of the program expects."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def missing() -> list[str]:
    """Return the migrations that the database still lacks, as `app.name`, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def applied() -> list[str]:
    """Return the migrations that the database has, sorted; those of other versions included."""
    return sorted(f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.applied_migrations)


def known() -> frozenset[str]:
    """Return the migrations that this version of the program brings."""
    nodes = MigrationExecutor(connection).loader.disk_migrations
    return frozenset(f"{app}.{name}" for app, name in nodes)
