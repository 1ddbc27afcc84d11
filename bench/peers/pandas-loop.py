# pandas, a row at a time: the loop over iterrows() that many integrations begin with, with checks and the same files.
# python3 pandas-loop.py <input> <folder for the files> <folder of tocs.csv and units.csv>
import csv
import datetime
import json
import re
import sys
from pathlib import Path

import pandas as pd

input_file, folder, tables = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
tocs = pd.read_csv(tables / "tocs.csv", keep_default_na=False).set_index("toc").to_dict("index")
units = pd.read_csv(tables / "units.csv", keep_default_na=False).set_index("unit").to_dict("index")
shipments = pd.read_csv(input_file, dtype=str, keep_default_na=False)

added = (
    "_row co2e_kg co2e_wtt_kg co2e_ttw_kg tonne_km load_t distance_km_2 distance_source toc_2 factor_kg_per_tkm "
    "factor_region factor_source assumptions"
).split()
sums = {"read": 0, "valid": 0, "invalid": 0, "duplicates": 0, "co2e_kg": 0.0, "tonne_km": 0.0}
seen = set()


def calculate(row):
    """The added cells of a row, or an exception that says what is wrong with it."""
    datetime.date.fromisoformat(row["shipment_date"])
    km, load = float(row["distance_km"]), float(row["load"])
    unit, toc = units[row["load_unit"]], tocs[row["toc"]]
    if not (km > 0 and load > 0 and row["movement_id"]):
        raise ValueError("OUT_OF_RANGE")
    if row["subcontractor"] not in ("true", "false") or not re.fullmatch("[A-Z]{2}", row["origin_country"]):
        raise ValueError("INVALID_CHOICE")
    tonnes = load * unit["tonnes"]
    tonne_km = tonnes * km
    assumptions = "; ".join(text for text in (toc["assumption"], unit["assumption"]) if text)
    figures = [tonne_km * toc["wtw"], tonne_km * toc["wtt"], tonne_km * toc["ttw"], tonne_km, tonnes, km]
    return [*figures, "given", row["toc"], toc["wtw"], toc["region"], toc["source"], assumptions]


with (
    open(folder / "results.csv", "w", newline="") as results_file,
    open(folder / "errors.csv", "w", newline="") as errors_file,
    open(folder / "rejected.csv", "w", newline="") as rejected_file,
):
    results, errors, rejected = (
        csv.writer(file, lineterminator="\n") for file in (results_file, errors_file, rejected_file)
    )
    results.writerow([*shipments.columns, *added])
    errors.writerow(["row", "movement_id", "code"])
    rejected.writerow([*shipments.columns, "_row", "code"])
    for _, row in shipments.iterrows():
        sums["read"] += 1
        try:
            cells = calculate(row)
        except (KeyError, ValueError) as error:
            sums["invalid"] += 1
            errors.writerow([sums["read"], row["movement_id"], str(error)])
            rejected.writerow([*row, sums["read"], str(error)])
            continue
        if row["movement_id"] in seen:
            sums["duplicates"] += 1
            errors.writerow([sums["read"], row["movement_id"], "DUPLICATE"])
            continue
        seen.add(row["movement_id"])
        sums["valid"] += 1
        sums["co2e_kg"] += cells[0]
        sums["tonne_km"] += cells[3]
        results.writerow([*row, sums["read"], *cells])
print(json.dumps(sums))
