"""Fetch what other people wrote and the pages use, from the packages they published: python scripts/vendor.py

`vendor.toml` lists each file: its name, the npm `package` and `version` it comes from and the `file` in it,
its `path` here, its `sha256` and its `licence`. Without arguments every file that names a package is fetched
anew and must have the listed hash; `--accept` writes the hashes of what came, for a new version. A file made by
hand from its source says so in `origin`. Nothing is fetched when the program runs: the files are committed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "vendor.toml"


@cache
def _package(specification: str) -> dict[str, bytes]:
    """Return the files of an npm package, by their path in it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, specification]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        content = archive.read_bytes()
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        members = [member for member in tar.getmembers() if member.isfile()]
        opened = {member.name.split("/", 1)[1]: tar.extractfile(member) for member in members}
        return {name: file.read() for name, file in opened.items() if file is not None}


def _fetch(entry: dict[str, str]) -> tuple[str, str]:
    """Write the entry's file; return the SHA-256 that was listed and the one that came."""
    content = _package(f"{entry['package']}@{entry['version']}")[entry["file"]]
    came = hashlib.sha256(content).hexdigest()
    target = ROOT / entry["path"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return entry["sha256"], came


def main() -> int:
    """Fetch every file; return 1 where a hash is not the listed one and was not accepted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accept", action="store_true", help="write the hashes of what came into vendor.toml")
    accept = parser.parse_args().accept
    listing = LIST.read_text("utf-8")
    status = 0
    for entry in tomllib.loads(listing)["file"]:
        if "package" not in entry:
            continue
        listed, came = _fetch(entry)
        if listed == came:
            continue
        if accept:
            listing = re.sub(re.escape(listed), came, listing)
        else:
            print(f"{entry['path']}: {came} came, {listed or 'nothing'} is listed", file=sys.stderr)
            status = 1
    LIST.write_text(listing, "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
