"""The accounts app: members, how they sign, and in which language and zone they read."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Owns the table of members."""

    name = "entremise.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
