"""Read the built-in mailbox: who received mail, or one person's mails as text."""

from __future__ import annotations

import argparse
import sys
from email import message_from_bytes
from email.policy import default

import django


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", nargs="?", help="whose mails to print, the oldest first")


def run(asked: argparse.Namespace) -> int:
    django.setup()
    return _letters(asked.address) if asked.address else _people()


def _people() -> int:
    from entremise.outbox import queries  # needs Django set up

    for box in queries.boxes():
        print(f"{box.count:5}  {box.latest:%Y-%m-%d %H:%M}  {box.recipient}")
    return 0


def _letters(address: str) -> int:
    from entremise.outbox import queries  # needs Django set up

    mails = queries.mails(address)
    if not mails:
        print(f"Nobody wrote to {address}.", file=sys.stderr)
        return 1
    for mail in reversed(mails):
        message = message_from_bytes(mail.raw, policy=default)
        body = message.get_body(("plain",))
        print(f"From: {message['From']}\nDate: {message['Date']}\nSubject: {message['Subject']}\n")
        print((body.get_content() if body else "").strip(), end="\n\n" + "-" * 72 + "\n\n")
    return 0
