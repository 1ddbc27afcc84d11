/** Towns of the generated shipments, roughly where they lie: a pair of them is a lane with a plausible distance. */
const table = `
  Madrid ES 40.4 -3.7       Barcelona ES 41.4 2.2     Zaragoza ES 41.7 -0.9     Sevilla ES 37.4 -6.0
  Bilbao ES 43.3 -2.9       Málaga ES 36.7 -4.4       Vigo ES 42.2 -8.7         Lisboa PT 38.7 -9.1
  Coimbra PT 40.2 -8.4      Paris FR 48.9 2.4         Lyon FR 45.8 4.8          Marseille FR 43.3 5.4
  Toulouse FR 43.6 1.4      Bordeaux FR 44.8 -0.6     Lille FR 50.6 3.1         Strasbourg FR 48.6 7.8
  Nantes FR 47.2 -1.6       Hamburg DE 53.6 10.0      München DE 48.1 11.6      Köln DE 50.9 7.0
  Frankfurt DE 50.1 8.7     Stuttgart DE 48.8 9.2     Leipzig DE 51.3 12.4      Dresden DE 51.1 13.7
  Hannover DE 52.4 9.7      Nürnberg DE 49.5 11.1     Milano IT 45.5 9.2        Roma IT 41.9 12.5
  Torino IT 45.1 7.7        Napoli IT 40.8 14.3       Bologna IT 44.5 11.3      Verona IT 45.4 11.0
  Genova IT 44.4 8.9        Wien AT 48.2 16.4         Graz AT 47.1 15.4         Linz AT 48.3 14.3
  Praha CZ 50.1 14.4        Brno CZ 49.2 16.6         Ostrava CZ 49.8 18.3      Budapest HU 47.5 19.0
  Debrecen HU 47.5 21.6     Szeged HU 46.3 20.1       Warszawa PL 52.2 21.0     Katowice PL 50.3 19.0
  Szczecin PL 53.4 14.6     Lublin PL 51.2 22.6       Antwerpen BE 51.2 4.4     Gent BE 51.1 3.7
  Rotterdam NL 51.9 4.5     Utrecht NL 52.1 5.1       Eindhoven NL 51.4 5.5     Bratislava SK 48.1 17.1
  Ljubljana SI 46.1 14.5    Zagreb HR 45.8 16.0
`;

export const towns = [...table.matchAll(/(\S+) ([A-Z]{2}) (\S+) (\S+)/g)].map(([, name, country, lat, lon]) => ({
  name,
  country,
  lat: Number(lat),
  lon: Number(lon),
}));

/** The first `count` lanes of towns that differ, spread over all of them: origin, destination, road kilometres. */
export function lanes(count) {
  const all = [];
  for (let step = 1; step < towns.length; step += 1) {
    for (const [place, origin] of towns.entries()) {
      const destination = towns[(place + step) % towns.length];
      all.push({ origin, destination, km: Math.round(greatCircle(origin, destination) * 12.7) / 10 });
    }
  }
  return all.slice(0, count);
}

function greatCircle(from, to) {
  const radians = Math.PI / 180;
  const a =
    Math.sin(((to.lat - from.lat) * radians) / 2) ** 2 +
    Math.cos(from.lat * radians) * Math.cos(to.lat * radians) * Math.sin(((to.lon - from.lon) * radians) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(a));
}
