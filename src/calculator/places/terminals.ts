import type { Category } from '../../records/request.ts';
import type { Airport } from './airports.ts';
import { foldPlaceName } from './fold.ts';
import type { Gazetteer, Town } from './gazetteer.ts';
import type { KnownPort } from './place.ts';

/** Words in the names of airports and ports that are not names. */
const noise = new Set(
  (
    'airport airfield aerodrome international intl regional aeropuerto internacional aeroporto internazionale aeroport ' +
    'flughafen lufthavn port seaport harbour puerto porto hafen haven of de di the'
  ).split(' '),
);
/** Words that are left of many names and name nothing by themselves. */
const common =
  /^(?:city|new|old|north|south|east|west|central|national|field|county|metropolitan|island|islands|bay|military|army|air base|saint|san|santa|st|la|el|le|do|da|del|al|and|capital|downtown|municipal)$/;

/** Names in daily use that the official ones do not hold, by IATA code and UN/LOCODE. This project's list. */
const otherNames: Readonly<Record<string, string>> = {
  BCN: 'el prat',
  BGY: 'orio al serio,bergamo orio',
  BRU: 'zaventem',
  BSL: 'euroairport,mulhouse basel,basel mulhouse',
  CDG: 'roissy,roissy cdg,charles de gaulle',
  CGN: 'koln bonn,cologne bonn,colonia bonn',
  EMA: 'east midlands',
  FCO: 'fiumicino',
  JFK: 'jfk,kennedy',
  CAN: 'baiyun',
  DME: 'domodedovo',
  EZE: 'ezeiza',
  GMP: 'gimpo',
  GRU: 'guarulhos',
  HND: 'haneda',
  ICN: 'incheon',
  KIX: 'kansai',
  NRT: 'narita',
  USNYC: 'port newark,port elizabeth newark',
  AUSYD: 'port botany',
  SVO: 'sheremetyevo',
  SZX: 'bao an,baoan',
  TPE: 'taoyuan',
  VCP: 'viracopos',
  VIT: 'vitoria foronda,foronda',
  LGG: 'bierset,liege bierset',
  LIS: 'portela',
  MAD: 'barajas',
  MXP: 'malpensa',
  VIE: 'schwechat',
  CNSHA: 'waigaoqiao',
  CNYTN: 'yantian',
  CNSHK: 'shekou',
  HKG: 'chek lap kok',
  HKHKG: 'kwai chung,kwai tsing',
  INNSA: 'nhava sheva,jnpt,jawaharlal nehru,jnpa',
  NLRTM: 'maasvlakte,europoort,botlek,waalhaven',
  MAPTM: 'tanger med,tangier med,tanger mediterranee',
  MYPKG: 'port klang,klang port,port kelang,westports',
  SGSIN: 'pasir panjang,tanjong pagar,tuas port',
  TRAMR: 'ambarli',
  AEJEA: 'jebel ali',
};

/**
 * How much freight a terminal represents, as the population of a town that would be named as often: `own` in its own
 * mode, else `other`. This project's choice; all that matters is their order against namesakes of a tenth or ten times.
 */
const sizes = {
  large: { own: 200_000, other: 100_000 },
  scheduled: { own: 20_000, other: 1000 },
  main: { own: 30_000, other: 20_000 },
  port: { own: 3000, other: 300 },
} as const;

/** An airport or a seaport that goes by a name of its own. */
interface Terminal {
  readonly place: Airport | KnownPort;
  readonly kind: 'airport' | 'port';
  readonly code: string;
  readonly size: (typeof sizes)[keyof typeof sizes];
}

/** Airports and seaports by the names by which freight files know them: `Heathrow`, `Nhava Sheva`. */
export class Terminals {
  readonly #byName = new Map<string, Terminal[]>();
  readonly #gazetteer: () => Gazetteer;

  /** @param gazetteer tells in which region a terminal lies */
  constructor(airports: Iterable<Airport>, ports: Iterable<KnownPort>, gazetteer: () => Gazetteer) {
    this.#gazetteer = gazetteer;
    for (const airport of airports) {
      if (airport.service === 'none') continue;
      const size = airport.service === 'large' ? sizes.large : sizes.scheduled;
      this.#add({ place: airport, kind: 'airport', code: airport.code, size }, namesOfAirport(airport));
    }
    for (const port of ports) {
      if (!port.isSeaport) continue;
      const size = port.isMain ? sizes.main : sizes.port;
      this.#add({ place: port, kind: 'port', code: port.locode, size }, namesOfPort(port));
    }
  }

  #add(terminal: Terminal, names: readonly string[]): void {
    const others = otherNames[terminal.code]?.split(',') ?? [];
    for (const name of new Set([...names, ...others])) {
      const known = this.#byName.get(name);
      if (known === undefined) this.#byName.set(name, [terminal]);
      else known.push(terminal);
    }
  }

  /**
   * The terminals of a folded name, as towns whose population is the freight that they represent.
   *
   * @param category whose terminals weigh more
   */
  named(folded: string, category: Category | undefined): readonly Town[] {
    return (this.#byName.get(folded) ?? []).map((terminal) => this.#asTown(terminal, category));
  }

  #asTown({ place, kind, code, size }: Terminal, category: Category | undefined): Town {
    const { admin1, admin2 } = this.#gazetteer().nearest(place).town;
    const isOwn = (category === 'air' && kind === 'airport') || (category === 'maritime' && kind === 'port');
    return {
      index: -1,
      name: place.name,
      country: place.country,
      lat: place.lat,
      lon: place.lon,
      admin1,
      admin2,
      population: isOwn ? size.own : size.other,
      isSection: false,
      isSeat: false,
      terminal: { kind, code },
    };
  }
}

/** `London Heathrow Airport`: `london heathrow` and `heathrow`, but not the town's own name. */
function namesOfAirport({ name, town, service }: Airport): readonly string[] {
  const ofTown = foldPlaceName(town.replace(/[(/,].*$/, '')).split(' ');
  const isOfTown = (word: string): boolean =>
    ofTown.some((each) => each === word || (each.length > 3 && word.length > 3 && word.startsWith(each.slice(0, 4))));
  const names: string[] = [];
  for (const text of name.split(/[()]/)) {
    const words = foldPlaceName(text).split(' ');
    const whole = words.filter((word) => !noise.has(word)).join(' ');
    const segments: string[][] = [[]];
    for (const word of words) {
      if (noise.has(word) || isOfTown(word)) segments.push([]);
      else segments.at(-1)?.push(word);
    }
    names.push(whole);
    // No one calls a small airport by half of its name; there is a town of that name elsewhere.
    if (service === 'large') names.push(...segments.map((segment) => segment.join(' ')));
  }
  return names.filter((each) => each.length > 3 && !common.test(each) && !each.split(' ').every(isOfTown));
}

/** `Nhava Sheva (Jawaharlal Nehru)`: both; `Yantian Port`: with and without the word. */
function namesOfPort({ name }: KnownPort): readonly string[] {
  return [name, ...name.split(/[()/]/)].flatMap((text) => {
    const folded = foldPlaceName(text);
    const bare = folded
      .split(' ')
      .filter((word) => !noise.has(word))
      .join(' ');
    return [folded, bare].filter((each) => each.length > 2 && !common.test(each));
  });
}
