import { normaliseName } from './names.ts';
import { readData } from '../embedded.ts';
import { lazily } from './vocabulary.ts';

const kindsByLabel = lazily(() => {
  const { labels } = readData<{ labels: Readonly<Record<string, string>> }>('non-fuels.json');
  return new Map(
    Object.entries(labels).flatMap(([kind, texts]) =>
      texts.split('|').map((text): [string, string] => [normaliseName(text), kind]),
    ),
  );
});

/** What a label of a fuel card's product is that is not a fuel: `car wash` for `Lavado`; `undefined` where it may be one. */
export const nonFuelOf = (label: string): string | undefined => kindsByLabel().get(normaliseName(label));
