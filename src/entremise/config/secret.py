"""The secret of an installation: made once, kept in the data folder, readable by its owner only."""

from __future__ import annotations

import os
from pathlib import Path

from entremise.lib.chance import SystemChance

FILE_NAME = "secret-key"


def secret_key(data_dir: Path) -> str:
    """Return the installation's secret; where there is none yet, make one (260 random bits, mode 0600).

    Two processes starting together end with the same secret. Raises OSError where the folder cannot be written.
    """
    path = data_dir / FILE_NAME
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        chance = SystemChance()
        spare = data_dir / f".{FILE_NAME}.{chance.uid()}"
        handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(chance.uid() + chance.uid())
        try:
            os.link(spare, path)  # fails where somebody was faster: theirs is the secret then
        except FileExistsError:
            pass
        finally:
            spare.unlink()
    return path.read_text("ascii").strip()
