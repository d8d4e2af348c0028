"""Check the proofs of consent, or write out those of one need (R10)."""

from __future__ import annotations

import argparse
import sys

import django


def arguments(parser: argparse.ArgumentParser) -> None:
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--check", action="store_true", help="check every chain; exit status 1 where one is broken")
    wanted.add_argument("--export", metavar="NEED", help="write out the proofs of the need with this public id")
    parser.add_argument("--json", action="store_true", help="write JSON instead of plain text")


def run(asked: argparse.Namespace) -> int:
    """Do what was asked; the exit status is 1 where a proof is not what it was, 2 where there is no such need."""
    django.setup()
    return _check() if asked.check else _export(asked.export, as_json=asked.json)


def _check() -> int:
    from entremise.referrals.queries.seals import proofs_health  # needs Django set up

    found = proofs_health()
    print(f"{found.proofs} proofs in {found.chains} chains; the texts of {found.erased} have had their time")
    for need in found.broken:
        print(f"need {need}: its proofs are not what they were")
    return 0 if found.is_whole else 1


def _export(need: str, *, as_json: bool) -> int:
    from entremise.interchange import proof_files  # needs Django set up
    from entremise.referrals.queries.seals import chain

    found = chain(need)
    if found is None:
        print(f"there is no need {need}", file=sys.stderr)
        return 2
    sys.stdout.write(proof_files.as_json(found) if as_json else proof_files.as_text(found))
    return 1 if found.broken else 0
