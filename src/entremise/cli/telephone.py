"""Keep the word of somebody who has a telephone and no e-mail address: refuse everything, allow again, or be forgotten.

For the person responsible, once they have made sure who it is (R45). Nobody's name or number is printed, and no giver
is told: what is open ends like a no (R7).
"""

from __future__ import annotations

import argparse
import sys

import django


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="with the country's code: +33612345678")
    said = parser.add_mutually_exclusive_group(required=True)
    said.add_argument("--refuse", action="store_true", help="refuse every request, by anybody; what is open gets a no")
    said.add_argument("--allow", action="store_true", help="take back what was refused for this number")
    said.add_argument("--forget", action="store_true", help="erase what requests hold of this person")


def run(asked: argparse.Namespace) -> int:
    """Do it, as far as there is anything to do; the exit status is 1 where the number is none."""
    django.setup()
    from entremise.lib import law  # needs Django set up
    from entremise.lib.chance import SystemChance
    from entremise.lib.clock import now
    from entremise.referrals.actions import rights
    from entremise.referrals.queries.rows import telephone_hash

    whose = telephone_hash(asked.number)
    if not whose:
        print("This is no telephone number with its country's code.", file=sys.stderr)
        return 1
    at = now()
    if asked.allow:
        rights.allow_again(whose, now=at)
    elif asked.refuse:
        rights.refuse_aloud(whose, now=at, chance=SystemChance(), policy=law.policy())
    else:
        rights.forget_address(whose, now=at, chance=SystemChance(), policy=law.policy())
    print("Kept." if asked.refuse else "Taken back." if asked.allow else "Erased.")
    return 0
