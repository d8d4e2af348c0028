"""Give the owner another e-mail address: for whoever mistyped theirs when founding, and can receive no code."""

from __future__ import annotations

import argparse
import sys

import django


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--email", required=True, metavar="ADDRESS", help="where the owner's sign-in codes go from now on"
    )


def run(asked: argparse.Namespace) -> int:
    """Move the owner to the address, and end their sessions; the exit status is 1 where that cannot be."""
    django.setup()
    from entremise.accounts import actions  # needs Django set up
    from entremise.referrals.actions.moved import follow_address

    try:
        owner = actions.move_owner(email=asked.email, follow=follow_address)
    except actions.Unsuitable:
        problem = "This does not look like an e-mail address."
    except actions.AlreadyMember:
        problem = "Another member has this address."
    except LookupError:
        problem = "Nobody has founded this installation yet: open its first page."
    else:
        print(f"The owner's address is now {owner.email}. A sign-in code can be asked for at once.")
        return 0
    print(problem, file=sys.stderr)
    return 1
