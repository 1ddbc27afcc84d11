/** What the calculator makes of one stored shipment; emissions in kg CO2e, distances in km, masses in kg. */
export type Outcome =
  | {
      readonly ok: true;
      readonly co2eKg: number;
      readonly tonneKm: number;
      readonly distanceKm: number | null;
      readonly loadKg: number | null;
      readonly toc: string;
      readonly category: string;
      /** Names of what was estimated: `toc`, `load`, `distance_km`, ... */
      readonly estimated: readonly string[];
    }
  | {
      readonly ok: false;
      /** NO_TOC, NO_LOAD, NO_DISTANCE, UNKNOWN_PLACE, ... */
      readonly code: string;
      readonly message: string;
    };
