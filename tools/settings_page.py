"""Writes docs/reference/settings.md from the table of settings: python tools/settings_page.py"""

from __future__ import annotations

from pathlib import Path

from entremise.config.environment import TABLE, Variable

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "settings.md"

_HEAD = """\
# Settings

Everything is set by environment variables, and by nothing else. None is required: without any, the program keeps its
data in `./var`, uses SQLite, and keeps mail in its built-in mailbox. A wrong value is named by a numbered system check
(`entremise manage check`), and nothing starts until it is mended; a variable that starts with `ENTREMISE_` and is not
listed here is reported as `entremise.W001`.

The secret key is made at the first start and kept in the data folder, in `secret-key`, readable by its owner only. It
signs every link and session: keep it with your backups, and away from the backups of the database.

*This page is written by `tools/settings_page.py` from `src/entremise/config/environment.py`.*
"""


def _section(variable: Variable) -> str:
    default = f"`{variable.default}`" if variable.default else "empty"
    return (
        f"\n## {variable.name}\n\n{variable.means}\n\n"
        f"- kind: {variable.kind}\n- default: {default}\n- example: `{variable.example}`\n"
        f"- wrong values are reported as: `entremise.E{variable.number:03d}`\n"
    )


def page() -> str:
    """Return the page as it should stand."""
    return _HEAD + "".join(_section(variable) for variable in TABLE)


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), "utf-8")
