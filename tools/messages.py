"""The catalogue of translations: extract, merge, compile, check.

    tools/messages.py extract         bring the catalogue up to date with the sources; forget what is unused
    tools/messages.py merge FILE      extract, put in the translations of FILE with French typography, compile
    tools/messages.py compile         write the .mo files the program reads
    tools/messages.py check           fail where a text is untranslated, left over, badly set, not extracted

A fragment is JSON: {"English": "Français"}; a plural is {"one\\u0000many": ["singulier", "pluriel"]}; a
context comes first, "context\\u0004English". `merge --locale fr_CA` fills the overlay of words that Québec
says differently.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import makemessages

sys.path.insert(0, str(Path(__file__).parent))
from french import typographic

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "entremise"
LOCALES = PACKAGE / "locale"
OVERLAYS = ("fr_CA",)
_WIDTH = 100
_DROPPED_HEADERS = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Report-Msgid-Bugs-To",
)


class _Extraction(makemessages.Command):
    """Django's extraction without guessed translations: a changed text is a new text."""

    msgmerge_options = ["-q", "--backup=none", "--update", "--no-fuzzy-matching"]


def catalogue_path(locale: str, *, root: Path = LOCALES) -> Path:
    return root / locale / "LC_MESSAGES" / "django.po"


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the catalogue against other runs of this tool on the same tree."""
    LOCALES.mkdir(parents=True, exist_ok=True)
    handle = os.open(LOCALES, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=_WIDTH)


def _save(catalogue: polib.POFile, path: Path) -> None:
    """Write the catalogue in one stable shape: sorted, wrapped alike, no dates."""
    for name in _DROPPED_HEADERS:
        catalogue.metadata.pop(name, None)
    catalogue.header = "French texts of Entremise. Merge fragments with tools/messages.py."
    catalogue.metadata_is_fuzzy = False
    catalogue.metadata["Plural-Forms"] = "nplurals=2; plural=(n > 1);"
    catalogue.metadata["Language"] = path.parts[-3]
    for entry in catalogue:
        entry.occurrences = sorted({(place, "") for place, _line in entry.occurrences})
    catalogue.sort(key=lambda entry: (entry.obsolete, entry.msgid, entry.msgctxt or ""))
    catalogue.save(str(path))


def _extract(*, root: Path, keep_unused: bool) -> None:
    if shutil.which("xgettext") is None:
        sys.exit("gettext is missing: run scripts/ensure-gettext, or install your system's gettext package.")
    if not settings.configured:
        settings.configure(LOCALE_PATHS=[str(root)], USE_I18N=True)
    settings.LOCALE_PATHS = [str(root)]
    (root / "fr" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    with contextlib.chdir(PACKAGE.parent):
        call_command(
            _Extraction(),
            locale=["fr"],
            extensions=["html", "txt", "py"],
            ignore_patterns=["locale", "static"],
            add_location="file",
            no_obsolete=not keep_unused,
            verbosity=0,
        )
    path = catalogue_path("fr", root=root)
    if path.exists():
        _save(_open(path), path)


def _key(entry: polib.POEntry) -> str:
    words = f"{entry.msgid}\0{entry.msgid_plural}" if entry.msgid_plural else entry.msgid
    return f"{entry.msgctxt}\4{words}" if entry.msgctxt else words


def _put(entry: polib.POEntry, words: str | list[str]) -> None:
    if entry.msgid_plural:
        if not isinstance(words, list) or len(words) != 2:
            sys.exit(f"A plural needs a list of two texts: {entry.msgid!r}")
        entry.msgstr_plural = {index: typographic(text) for index, text in enumerate(words)}
    else:
        if not isinstance(words, str):
            sys.exit(f"Not a plural in the sources, so one text is wanted: {entry.msgid!r}")
        entry.msgstr = typographic(words)
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]


def _translated(entry: polib.POEntry) -> bool:
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def extract() -> int:
    with _alone():
        _extract(root=LOCALES, keep_unused=False)
    return 0


def _overlay(
    locale: str, *, source: dict[str, polib.POEntry], wanted: dict[str, str | list[str]]
) -> polib.POFile:
    """Return the overlay of `locale` with an entry for each wanted text that the sources have."""
    path = catalogue_path(locale)
    overlay = _open(path) if path.exists() else polib.POFile(wrapwidth=_WIDTH)
    overlay.metadata |= {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8"}
    overlay.metadata |= {"Content-Transfer-Encoding": "8bit"}
    present = {_key(entry) for entry in overlay}
    for key in wanted:
        if key in source and key not in present:
            like = source[key]
            overlay.append(
                polib.POEntry(
                    msgid=like.msgid,
                    msgid_plural=like.msgid_plural,
                    msgctxt=like.msgctxt,
                    flags=list(like.flags),
                )
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    return overlay


def merge(fragment: Path, *, locale: str = "fr") -> int:
    wanted: dict[str, str | list[str]] = json.loads(fragment.read_text("utf-8"))
    with _alone():
        _extract(root=LOCALES, keep_unused=True)
        french = _open(catalogue_path("fr"))
        source = {_key(entry): entry for entry in french if not entry.obsolete}
        catalogue = french if locale == "fr" else _overlay(locale, source=source, wanted=wanted)
        entries = {_key(entry): entry for entry in catalogue if not entry.obsolete}
        for key, words in wanted.items():
            if key in entries:
                _put(entries[key], words)
        _save(catalogue, catalogue_path(locale))
        _compile()
    unknown = [key for key in wanted if key not in entries]
    for key in unknown:
        near = difflib.get_close_matches(key, list(entries), n=1, cutoff=0.7)
        print(
            f"not in the sources: {key!r}" + (f"\n     perhaps meant: {near[0]!r}" if near else ""),
            file=sys.stderr,
        )
    left = sum(not _translated(entry) for entry in source.values())
    print(
        f"{locale}: {len(wanted) - len(unknown)} of {len(wanted)} merged; {left} texts of the sources wait for French."
    )
    return 1 if unknown else 0


def _compile() -> None:
    for path in LOCALES.glob("*/LC_MESSAGES/*.po"):
        target = path.with_suffix(".mo")
        spare = target.with_suffix(f".{os.getpid()}.tmp")
        _open(path).save_as_mofile(str(spare))
        spare.replace(target)


def compile_all() -> int:
    with _alone():
        _compile()
    return 0


def _entry_faults(entry: polib.POEntry) -> Iterator[str]:
    if entry.obsolete:
        yield f"left over: {entry.msgid!r}"
        return
    if entry.fuzzy:
        yield f"a guess: {entry.msgid!r}"
    if not _translated(entry):
        yield f"without French: {entry.msgid!r}"
    for text in (entry.msgstr, *entry.msgstr_plural.values()):
        if text != typographic(text):
            yield f"typography: {text!r} should be {typographic(text)!r}"


def _extraction_faults() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "locale"
        shutil.copytree(LOCALES, root, ignore=shutil.ignore_patterns("*.mo", "*.tmp"))
        _extract(root=root, keep_unused=False)
        committed = catalogue_path("fr").read_text("utf-8").splitlines()
        fresh = catalogue_path("fr", root=root).read_text("utf-8").splitlines()
    yield from list(difflib.unified_diff(committed, fresh, "catalogue", "extracted", lineterm="", n=0))[:40]


def _overlay_faults(locale: str) -> Iterator[str]:
    path = catalogue_path(locale)
    if not path.exists():
        return
    french = {_key(entry): entry for entry in _open(catalogue_path("fr")) if not entry.obsolete}
    for entry in _open(path):
        yield from _entry_faults(entry)
        same = french.get(_key(entry))
        if same is None:
            yield f"{locale} speaks of a text the sources do not have: {entry.msgid!r}"
        elif (same.msgstr, same.msgstr_plural) == (entry.msgstr, entry.msgstr_plural):
            yield f"{locale} says the same as fr: {entry.msgid!r}"


def _format_faults() -> Iterator[str]:
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        said = subprocess.run(
            ["msgfmt", "--check", "-o", os.devnull, str(path)], capture_output=True, text=True, check=False
        )
        if said.returncode:
            yield said.stderr.strip()


def check() -> int:
    with _alone():
        faults = [*_extraction_faults()]
        for entry in _open(catalogue_path("fr")):
            faults += _entry_faults(entry)
        for locale in OVERLAYS:
            faults += _overlay_faults(locale)
        faults += _format_faults()
    print("\n".join(faults), end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("extract", "compile", "check"):
        verbs.add_parser(verb)
    merging = verbs.add_parser("merge")
    merging.add_argument("fragment", type=Path)
    merging.add_argument("--locale", default="fr", choices=("fr", *OVERLAYS))
    asked = parser.parse_args()
    if asked.verb == "merge":
        return merge(asked.fragment, locale=asked.locale)
    return {"extract": extract, "compile": compile_all, "check": check}[asked.verb]()


if __name__ == "__main__":
    sys.exit(main())
