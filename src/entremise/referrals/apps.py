"""The app of needs, referrals, requests and what came of them."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Needs, referrals, requests, consents and news."""

    name = "entremise.referrals"
    label = "referrals"
    default_auto_field = "django.db.models.BigAutoField"
