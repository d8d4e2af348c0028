"""The web application, for a WSGI server. It refuses to start on a wrong environment."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entremise.config.settings")

application = get_wsgi_application()


def refuse_wrong_environment() -> None:
    """Raise ImproperlyConfigured, naming every wrong variable, where the environment has one."""
    from django.conf import settings

    wrong = [problem.message for problem in settings.ENTREMISE_PROBLEMS if problem.serious]
    if wrong:
        raise ImproperlyConfigured("; ".join(wrong))


refuse_wrong_environment()
