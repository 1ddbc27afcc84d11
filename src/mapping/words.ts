/** What people write for true and false, in the languages of the column names. */
export const booleans: ReadonlyMap<string, boolean> = new Map([
  ...(
    [
      'true',
      'yes',
      'y',
      '1',
      'sí',
      'si',
      's',
      'x',
      'oui',
      'o',
      'ja',
      'j',
      'sim',
      'vero',
      'verdadero',
      'vrai',
      'wahr',
      'cert',
    ] as const
  ).map((word) => [word, true] as const),
  ...(['false', 'no', 'n', '0', 'non', 'nein', 'não', 'nao', 'falso', 'faux', 'falsch', 'fals'] as const).map(
    (word) => [word, false] as const,
  ),
]);

const synonyms = (words: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(words).flatMap(([meant, list]) => list.split(' ').map((word): [string, string] => [word, meant]));

/** Names of choices in other words, without accents; the schema refuses what is neither these nor the API's own. */
export const choices: ReadonlyMap<string, string> = new Map(
  synonyms({
    road: 'carretera rodoviario route routier strada stradale strasse straße lkw truck camion',
    rail: 'ferrocarril ferroviario ferroviari tren train comboio ferroviaire ferrovia treno bahn schiene eisenbahn',
    maritime:
      'maritimo maritim maritima maritime mer mare marittimo see sea ocean seefracht schiff barco vaixell navio bateau nave',
    air: 'aereo aeri aerien aerienne luft luftfracht flugzeug avion aviao aereu avio plane flight',
  }),
);
