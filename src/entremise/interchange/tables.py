"""A table as a file for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from entremise.interchange.archive import cell


def as_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV, with the mark that tells spreadsheets its encoding; no cell is read as a formula."""
    written = io.StringIO()
    table = csv.writer(written)
    for row in (head, *rows):
        table.writerow(cell(value) for value in row)
    return ("\ufeff" + written.getvalue()).encode()
