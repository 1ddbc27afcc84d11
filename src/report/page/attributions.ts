import type { AssumptionSubject } from '../../calculator/assumption.ts';
import type { Publication } from '../../calculator/publication.ts';
import type { DistanceMethod, EmissionDetails } from '../../pipeline/emission-details.ts';
import type { Texts } from '../texts/texts.ts';

/** A publication on which figures of this run rest. */
export interface Attribution {
  readonly use: 'factors' | 'distances' | 'assumptions';
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
export const factorSources = (
  factor: string,
  publications: readonly Publication[],
  { say }: Pick<Texts, 'say'>,
): readonly Source[] =>
  publications.length > 0 ? publications.map(sourceOf) : [{ source: factor, licence: say('source.own') }];

const geoNames = { source: 'GeoNames', licence: 'CC BY 4.0' };

/** What distances are based on, by how they were found. */
function distanceSources(method: DistanceMethod, { say }: Pick<Texts, 'say'>): readonly Source[] {
  const land = { source: 'Natural Earth', licence: say('source.publicDomain') };
  const router = (name: string): Source => ({
    source: say('source.router', { name }),
    licence: say('source.router.licence'),
  });
  switch (method) {
    case 'given':
    case 'given tkm':
      return [];
    case 'road':
    case 'rail':
      return [geoNames, land];
    case 'air':
      return [geoNames, { source: 'OurAirports', licence: say('source.publicDomain') }];
    case 'sea':
      return [
        geoNames,
        { source: 'Eurostat marnet, the maritime network of SeaRoute (© European Union)', licence: 'EUPL-1.2' },
        { source: 'sea-ports', licence: 'MIT' },
      ];
    case 'road: osrm':
      return [router('OSRM')];
    case 'road: valhalla':
      return [router('Valhalla')];
  }
}

/** What single figures are based on that replace what a row does not say, by the subject of the assumption. */
const assumptionSources: Readonly<Partial<Record<string, string>>> = {
  load: 'GLEC Framework v3.0 (Smart Freight Centre); DESNZ 2025 methodology paper',
  cleaning: 'EFTCO; GLEC Framework v3.0, Module 5',
} satisfies Partial<Record<AssumptionSubject, string>>;

/** The publications that were used in this run, each once. */
export function attributionsOf(
  details: EmissionDetails,
  assumedSubjects: readonly string[],
  texts: Pick<Texts, 'say'>,
): readonly Attribution[] {
  const { factors, distances } = details;
  const used: Attribution[] = [
    ...factors.flatMap(({ group }) =>
      factorSources(group, details.publicationsOf(group), texts).map((each) => ({ use: 'factors' as const, ...each })),
    ),
    ...distances.flatMap(({ group }) =>
      distanceSources(group as DistanceMethod, texts).map((each) => ({ use: 'distances' as const, ...each })),
    ),
    ...assumedSubjects.flatMap((subject) => {
      const source = assumptionSources[subject];
      const licence = texts.say('source.facts');
      return source === undefined ? [] : [{ use: 'assumptions' as const, source, licence }];
    }),
  ];
  const distinct = new Map(used.map((each) => [`${each.use} ${each.source}`, each]));
  return [...distinct.values()];
}

/** Whether a licence asks for the sentence of the Open Government Licence. */
export const isOpenGovernment = ({ licence }: Attribution): boolean => licence === openGovernment;
