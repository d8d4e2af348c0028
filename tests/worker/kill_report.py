"""What is found when the dust of a run of kills has settled, and what of it contradicts the promise."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes

OPEN_STATES = ("ready", "sending", "uncertain")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found when the dust had settled. `rows` are [key, message_id, state, attempts] of the outbox."""

    kills: int
    rows: list[tuple[str, str, str, int]]
    received: list[bytes]
    complaints: list[str] = field(default_factory=list)

    def copies(self) -> Counter[str]:
        """Return how often each Message-ID arrived."""
        return Counter(str(message_from_bytes(raw)["Message-ID"]) for raw in self.received)

    def repeated(self) -> int:
        """Return how many mails arrived that had arrived before."""
        return sum(self.copies().values()) - len(self.copies())

    def interrupted(self) -> int:
        """Return how many messages needed more than one try: kills that fell where it matters."""
        return sum(1 for _key, _id, _state, attempts in self.rows if attempts > 1)

    def faults(self) -> list[str]:
        """Return everything that contradicts: nothing lost, nothing twice but by a crash under the same Message-ID."""
        copies = self.copies()
        known = {message_id for _key, message_id, _state, _attempts in self.rows}
        found = list(self.complaints)
        for key, message_id, state, attempts in self.rows:
            arrived = copies[message_id]
            if state in OPEN_STATES or state == "dead":
                found.append(f"{key} ended {state}")
            if state == "sent" and not arrived:
                found.append(f"{key} is called sent and never arrived")
            # The last try is the one that dropped it; one before may have been killed when the mail had left.
            if state == "dropped" and arrived >= max(attempts, 1):
                found.append(f"{key} was dropped and arrived")
            if arrived > attempts:
                found.append(f"{key} arrived {arrived} times after {attempts} tries")
        found += [f"{message_id} arrived and is not in the outbox" for message_id in copies if message_id not in known]
        if self.repeated() > self.kills:
            found.append(f"{self.repeated()} repeated mails after {self.kills} kills")
        found += self._different_copies()
        return found

    def _different_copies(self) -> list[str]:
        texts: dict[str, set[bytes]] = {}
        for raw in self.received:
            dateless = re.sub(rb"\r\nDate: [^\r]*", b"", raw, count=1)
            texts.setdefault(str(message_from_bytes(raw)["Message-ID"]), set()).add(dateless)
        return [f"{message_id} arrived in {len(t)} versions" for message_id, t in texts.items() if len(t) > 1]
