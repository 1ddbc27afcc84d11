# pandas, a column at a time.
# python3 pandas-vectorised.py <input> <folder for the files> <folder of tocs.csv and units.csv>
import json
import sys
from pathlib import Path

import pandas as pd

input_file, folder, tables = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
tocs = pd.read_csv(tables / "tocs.csv", keep_default_na=False).set_index("toc")
units = pd.read_csv(tables / "units.csv", keep_default_na=False).set_index("unit")
shipments = pd.read_csv(input_file, dtype=str, keep_default_na=False)
shipments["_row"] = range(1, len(shipments) + 1)

load = pd.to_numeric(shipments["load"], errors="coerce")
km = pd.to_numeric(shipments["distance_km"], errors="coerce")
tonnes = load * shipments["load_unit"].map(units["tonnes"])
right = (
    (load > 0)
    & (km > 0)
    & shipments["load_unit"].isin(units.index)
    & shipments["toc"].isin(tocs.index)
    & pd.to_datetime(shipments["shipment_date"], format="%Y-%m-%d", errors="coerce").notna()
    & shipments["origin_country"].str.fullmatch("[A-Z]{2}")
    & shipments["subcontractor"].isin(["true", "false"])
    & (shipments["movement_id"] != "")
)
repeated = right & shipments.loc[right, "movement_id"].duplicated().reindex(shipments.index, fill_value=False)
valid = right & ~repeated

toc = shipments.loc[valid, "toc"]
results = shipments[valid].copy()
tonne_km = (tonnes * km)[valid]
for column, factor in (("co2e_kg", "wtw"), ("co2e_wtt_kg", "wtt"), ("co2e_ttw_kg", "ttw")):
    results[column] = tonne_km * toc.map(tocs[factor])
results["tonne_km"] = tonne_km
results["load_t"] = tonnes[valid]
results["distance_km_2"] = km[valid]
results["distance_source"] = "given"
results["toc_2"] = toc
results["factor_kg_per_tkm"] = toc.map(tocs["wtw"])
results["factor_region"] = toc.map(tocs["region"])
results["factor_source"] = toc.map(tocs["source"])
of_toc = toc.map(tocs["assumption"])
of_unit = shipments.loc[valid, "load_unit"].map(units["assumption"])
both = (of_toc != "") & (of_unit != "")
results["assumptions"] = of_toc + both.map({True: "; ", False: ""}) + of_unit
results.to_csv(folder / "results.csv", index=False)

errors = shipments.loc[~valid, ["_row", "movement_id"]].copy()
errors["code"] = repeated[~valid].map({True: "DUPLICATE", False: "INVALID"})
errors.to_csv(folder / "errors.csv", index=False)
shipments[~right].to_csv(folder / "rejected.csv", index=False)
sums = {
    "read": len(shipments),
    "valid": int(valid.sum()),
    "invalid": int((~right).sum()),
    "duplicates": int(repeated.sum()),
    "co2e_kg": float(results["co2e_kg"].sum()),
    "tonne_km": float(tonne_km.sum()),
}
print(json.dumps(sums))
