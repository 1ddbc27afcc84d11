import type { EmissionDetails } from '../../pipeline/emission-details.ts';

/** A publication on which figures of this run rest. */
export interface Attribution {
  readonly use: string;
  readonly source: string;
  readonly licence: string;
}

type Publication = Omit<Attribution, 'use'>;

const openGovernment = 'Open Government Licence v3.0';

/** The embedded sets by how the source of a factor names them. `test/report/page.test.ts` holds them against `data/`. */
const factorSets: readonly (Publication & { readonly pattern: RegExp })[] = [
  {
    pattern: /\bDESNZ (\d{4})\b/,
    source:
      'UK Government GHG Conversion Factors for Company Reporting $1 (Department for Energy Security and Net Zero)',
    licence: openGovernment,
  },
  {
    pattern: /\bElectricity Maps (\d{4})\b/,
    source: 'Electricity Maps, annual mean of $1, through @tgwf/co2',
    licence: 'Open Database License 1.0',
  },
  {
    pattern: /(?:^|\bx )Ember\b/,
    source: 'Ember, Yearly Electricity Data, latest year, through @tgwf/co2',
    licence: 'CC BY-SA 4.0',
  },
];

/** The publications that the name of a factor stands for; a factor of the user's own is its own source. */
export function publicationsOf(factor: string): readonly Publication[] {
  const found = factorSets.flatMap(({ pattern, source, licence }) => {
    const match = pattern.exec(factor);
    return match === null ? [] : [{ source: source.replace('$1', match[1] ?? ''), licence }];
  });
  return found.length > 0 ? found : [{ source: factor, licence: 'a factor of your own, under the terms you hold it' }];
}

const geoNames = { source: 'GeoNames', licence: 'CC BY 4.0' };
const land = { source: 'Natural Earth', licence: 'public domain' };

/** What distances rest on, by how they were found. */
const distanceSources: Readonly<Record<string, readonly Publication[]>> = {
  road: [geoNames, land],
  rail: [geoNames, land],
  air: [geoNames, { source: 'OurAirports', licence: 'public domain' }],
  sea: [
    geoNames,
    { source: 'Eurostat marnet, the maritime network of SeaRoute (© European Union)', licence: 'EUPL-1.2' },
    { source: 'sea-ports', licence: 'MIT' },
  ],
  'road: osrm': [{ source: 'a router of your own (OSRM)', licence: 'that of its map' }],
  'road: valhalla': [{ source: 'a router of your own (Valhalla)', licence: 'that of its map' }],
};

/** What single figures rest on that stand in for what a row does not say, by the kind of the assumption. */
const assumptionSources: Readonly<Record<string, Publication>> = {
  load: {
    source: 'GLEC Framework v3.0 (Smart Freight Centre) and DESNZ 2025 methodology paper',
    licence: 'single facts, cited',
  },
  cleaning: { source: 'EFTCO figures in the GLEC Framework v3.0, Module 5', licence: 'single facts, cited' },
};

/** The publications that were used in this run, each once. */
export function attributionsOf(
  { factors, distances }: EmissionDetails,
  assumedKinds: readonly string[],
): readonly Attribution[] {
  const used: Attribution[] = [
    ...factors.flatMap(({ group }) => publicationsOf(group).map((each) => ({ use: 'Factors', ...each }))),
    ...distances.flatMap(({ group }) =>
      (distanceSources[group] ?? []).map((each) => ({ use: 'Places and distances', ...each })),
    ),
    ...assumedKinds.flatMap((kind) => {
      const publication = assumptionSources[kind];
      return publication === undefined ? [] : [{ use: 'Assumptions', ...publication }];
    }),
  ];
  const distinct = new Map(used.map((each) => [`${each.use} ${each.source}`, each]));
  return [...distinct.values()];
}

/** The sentence that the Open Government Licence asks for. */
export const openGovernmentStatement =
  'Contains public sector information licensed under the Open Government Licence v3.0.';

export const isOpenGovernment = ({ licence }: Attribution): boolean => licence === openGovernment;
