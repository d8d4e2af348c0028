"""Name the mails that failed for good or are being tried again, without a word about whom they are for."""

from __future__ import annotations

import argparse

import django


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser  # nothing to choose


def run(asked: argparse.Namespace) -> int:
    """Print one line for each, as the log names it; the exit status is 1 when one failed for good."""
    del asked
    django.setup()
    from entremise.outbox import queries  # needs Django set up

    found = queries.in_trouble()
    for one in found:
        tries = f"{one.attempts} tries" if one.attempts != 1 else "1 try"
        print(f"{one.since:%Y-%m-%d %H:%M}  {one.state:9}  {one.job} {one.uid[:8]}  {tries}, {one.error_kind}")
    return int(any(one.state == "dead" for one in found))
