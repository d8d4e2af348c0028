"""The program's own settings in an environment of the tests' making: nothing of the machine's shines through."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile

_WORKER = "PYTEST_XDIST_WORKER" in os.environ  # started by a run whose environment is already made


def _wants_postgresql() -> bool:
    return "--database=postgresql" in sys.argv or os.environ.get("TEST_DATABASE") == "postgresql"


def _make_environment() -> None:
    for name in [name for name in os.environ if name.startswith("ENTREMISE_")] + ["DATABASE_URL", "EMAIL_URL"]:
        os.environ.pop(name, None)
    folder = tempfile.mkdtemp(prefix="entremise-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["ENTREMISE_DATA_DIR"] = folder
    os.environ["ENTREMISE_SITE_URL"] = "http://entremise.test"
    os.environ["ENTREMISE_HOSTS"] = "testserver"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop beside the tests
    if _wants_postgresql():
        from tests import postgres

        os.environ["DATABASE_URL"] = postgres.start_or_skip()


if not _WORKER:
    _make_environment()

from entremise.config.settings import *  # noqa: E402, F403

if DATABASES["default"]["ENGINE"] == "entremise.lib.sqlite_gate":  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
