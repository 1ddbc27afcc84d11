import type { AssumptionSubject } from '../../calculator/assumption.ts';
import type { Publication } from '../../calculator/publication.ts';
import type { DistanceMethod, EmissionDetails } from '../../pipeline/emission-details.ts';

/** A publication on which figures of this run rest. */
export interface Attribution {
  readonly use: string;
  readonly source: string;
  readonly licence: string;
}

type Source = Omit<Attribution, 'use'>;

const openGovernment = 'Open Government Licence v3.0';

/** A publication with its licence. `test/report/page.test.ts` holds the licences against `data/`. */
function sourceOf(publication: Publication): Source {
  switch (publication.set) {
    case 'DESNZ': {
      const set = `UK Government GHG Conversion Factors for Company Reporting ${String(publication.year)}`;
      return { source: `${set} (Department for Energy Security and Net Zero)`, licence: openGovernment };
    }
    case 'Electricity Maps': {
      const source = `Electricity Maps, annual mean of ${String(publication.year)}, through @tgwf/co2`;
      return { source, licence: 'Open Database License 1.0' };
    }
    case 'Ember':
      return {
        source: 'Ember, Yearly Electricity Data, latest year, through @tgwf/co2',
        licence: 'CC BY-SA 4.0',
      };
  }
}

/** The sources of a factor; one of the user's own, which is of no publication, is its own source. */
export const factorSources = (factor: string, publications: readonly Publication[]): readonly Source[] =>
  publications.length > 0
    ? publications.map(sourceOf)
    : [{ source: factor, licence: 'a factor of your own, under the terms you hold it' }];

const geoNames = { source: 'GeoNames', licence: 'CC BY 4.0' };
const land = { source: 'Natural Earth', licence: 'public domain' };

/** What distances are based on, by how they were found. */
const distanceSources: Readonly<Partial<Record<string, readonly Source[]>>> = {
  given: [],
  'given tkm': [],
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
} satisfies Record<DistanceMethod, readonly Source[]>;

/** What single figures are based on that replace what a row does not say, by the subject of the assumption. */
const assumptionSources: Readonly<Partial<Record<string, Source>>> = {
  load: {
    source: 'GLEC Framework v3.0 (Smart Freight Centre) and DESNZ 2025 methodology paper',
    licence: 'single facts, cited',
  },
  cleaning: { source: 'EFTCO figures in the GLEC Framework v3.0, Module 5', licence: 'single facts, cited' },
} satisfies Partial<Record<AssumptionSubject, Source>>;

/** The publications that were used in this run, each once. */
export function attributionsOf(details: EmissionDetails, assumedSubjects: readonly string[]): readonly Attribution[] {
  const { factors, distances } = details;
  const used: Attribution[] = [
    ...factors.flatMap(({ group }) =>
      factorSources(group, details.publicationsOf(group)).map((each) => ({ use: 'Factors', ...each })),
    ),
    ...distances.flatMap(({ group }) =>
      (distanceSources[group] ?? []).map((each) => ({ use: 'Places and distances', ...each })),
    ),
    ...assumedSubjects.flatMap((subject) => {
      const source = assumptionSources[subject];
      return source === undefined ? [] : [{ use: 'Assumptions', ...source }];
    }),
  ];
  const distinct = new Map(used.map((each) => [`${each.use} ${each.source}`, each]));
  return [...distinct.values()];
}

/** The sentence that the Open Government Licence asks for. */
export const openGovernmentStatement =
  'Contains public sector information licensed under the Open Government Licence v3.0.';

export const isOpenGovernment = ({ licence }: Attribution): boolean => licence === openGovernment;
