"""Everything that may happen to a member and to what lets them in; the only place those rows change."""

from entremise.accounts.actions.members import (
    ACCOUNT_MAIL,
    CODE_DIGITS,
    CODE_LIFE,
    NAME_LIMIT,
    AlreadyFounded,
    AlreadyMember,
    Unsuitable,
    edit_preferences,
    edit_profile,
    enrol,
    found,
    render_account_mail,
    send_sign_in_code,
    sign_in_code,
)

__all__ = [
    "ACCOUNT_MAIL",
    "CODE_DIGITS",
    "CODE_LIFE",
    "NAME_LIMIT",
    "AlreadyFounded",
    "AlreadyMember",
    "Unsuitable",
    "edit_preferences",
    "edit_profile",
    "enrol",
    "found",
    "render_account_mail",
    "send_sign_in_code",
    "sign_in_code",
]
