"""Django's settings. Whatever a person may choose comes from `config.environment`; the rest is decided here."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from entremise.config import environment, logs
from entremise.config.databases import databases
from entremise.config.secret import secret_key

ENTREMISE, ENTREMISE_PROBLEMS = environment.read(os.environ)
ENTREMISE_SITE_URL = ENTREMISE.site_url

_PACKAGE = Path(__file__).resolve().parents[1]
_SITE = urlsplit(ENTREMISE.site_url)
_HTTPS = _SITE.scheme == "https"

DEBUG = ENTREMISE.debug
SECRET_KEY = secret_key(ENTREMISE.data_dir)
ALLOWED_HOSTS = [*ENTREMISE.hosts, _SITE.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [ENTREMISE.site_url]
CSRF_FAILURE_VIEW = "entremise.web.typed.too_old"

INSTALLED_APPS = [
    "entremise.config",
    "entremise.web",
    "entremise.referrals",
    "entremise.people",
    "entremise.accounts",
    "entremise.outbox",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "entremise.lib.headers.strict_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "entremise.web.language.language_middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "entremise.config.urls"
WSGI_APPLICATION = "entremise.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "entremise.web.forms_look.LookRenderer"

DATABASES = databases(ENTREMISE.database)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _SITE.scheme
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "entremise.web.sign_in.Doorkeeper"
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# An unknown address gets the same page as a member's, and no mail.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# By address of the network only, and generously: how often for one member is counted by accounts itself, where
# whoever has the right code, password or key is never kept out.
ACCOUNT_RATE_LIMITS = {"request_login_code": "60/15m/ip", "login": "60/15m/ip"}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("name", "company", "email")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]

LANGUAGE_CODE = ENTREMISE.language
LANGUAGES = [("fr", "Français"), ("en", "English"), ("fr-ca", "Français (Québec)")]
LOCALE_PATHS = [_PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = ENTREMISE.data_dir / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

DEFAULT_FROM_EMAIL = ENTREMISE.sender
EMAIL_BACKEND = "entremise.config.refused_mail.EmailBackend"

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SESSION_COOKIE_NAME = "entremise_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A body beyond this is refused before it is read; files are apart, and written to disk: the form that takes one says.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logs.configuration(debug=DEBUG, style=ENTREMISE.log)
