"""The database of the run is the one that was asked for."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_run_uses_the_database_it_was_asked_for(request: pytest.FixtureRequest) -> None:
    assert connection.vendor == request.config.getoption("--database")
