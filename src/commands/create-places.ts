import { placeSources, type Words } from '../calculator/calculator.ts';
import { Places } from '../calculator/places/places.ts';
import { readCountryText } from '../mapping/countries.ts';
import { createSuggester, nearestNames } from '../mapping/names.ts';
import { proposeFuels, proposeVehicles } from '../mapping/proposals.ts';
import { placeText } from '../report/words/place-text.ts';

/** What the calculator knows of names. */
export const createWords = (): Words => ({
  readCountry: readCountryText,
  nearestNames,
  suggest: createSuggester((name) => [...proposeVehicles(name), ...proposeFuels(name)]),
  placeText,
});

/** The places of the embedded gazetteer, which is read when the first of them is looked up. */
export const createPlaces = (): Places => new Places(placeSources(createWords()));
