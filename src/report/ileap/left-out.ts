/** Why a shipment is not in the file of `--ileap`. The names are part of the interface: docs/ileap.md. */
export const leftOutTexts = {
  ROW_REFUSED: 'a leg of it was refused or could not be calculated',
  ROW_DUPLICATE: 'a row of it is a duplicate, or conflicts with another',
  NO_MOVEMENT: 'the row names no shipment (movement_id)',
  NO_MASS: 'the row has no load, so its mass is not known',
  NO_DISTANCE: 'the row has tonne-kilometres and no distance',
  DISTANCE_KIND: 'the row gives a distance, and nothing says what kind it is (--distance-kind)',
  NO_ACTIVITY: 'the leg has no tonne-kilometres',
  NO_DATE: 'the row has neither shipment_date nor year',
  NO_ENERGY_CARRIER: 'its figures do not name the one energy that the vehicle runs on',
  CLEANING: 'a tank cleaning is not a part of a transport chain element',
  MASS_DIFFERS: 'its legs have different masses, and no package_key says which are carried together',
} as const;

export type LeftOutCode = keyof typeof leftOutTexts;

/** Where the shipments are listed that are not in the file. */
export const leftOutPath = (path: string): string => `${path.replace(/\.(?:jsonl|ndjson|json)$/i, '')}.left-out.csv`;
