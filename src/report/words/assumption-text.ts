import type { Assumption } from '../../calculator/assumption.ts';
import type { RouterFailure } from '../../calculator/distances/distance-source.ts';
import { english, type Texts } from '../texts/texts.ts';
import { placeName, placeText } from './place-text.ts';

/** An assumption in words, beginning with its subject: `load: 0.5 t for one of pallets`. */
export const assumptionText = (assumption: Assumption): string =>
  `${assumption.subject}: ${wordsOf(assumption, english)}`;

/** The same for people, in their language: result files have it in English, beginning with the subject's name in the code. */
export const assumptionTextIn = (texts: Texts, assumption: Assumption): string =>
  `${texts.say(`subject.${assumption.subject}`)}: ${wordsOf(assumption, texts)}`;

function wordsOf(assumption: Assumption, texts: Texts): string {
  if (assumption.subject === 'place') return placeText(assumption, texts);
  const { say } = texts;
  const { kind, detail } = assumption;
  switch (kind) {
    case 'default toc':
      return say('assumption.default toc', detail);
    case 'other year':
    case 'electricity of other year':
      return say(`assumption.${kind}`, { taken: String(detail.taken), wanted: String(detail.wanted) });
    case 'other region': {
      const { region, country } = detail;
      return country === undefined
        ? say('assumption.other region unknown', { region })
        : say('assumption.other region', { region, country });
    }
    case 'note of type': {
      const note = `note.${detail.toc}`;
      return texts.has(note) ? texts.say(note) : detail.note;
    }
    case 'long distance':
    case 'circuity of road':
    case 'latest electricity':
      return say(`assumption.${kind}`);
    case 'default load':
      return say('assumption.default load', { tonnes: String(detail.tonnes), toc: detail.toc });
    case 'mass of unit':
      return say('assumption.mass of unit', { tonnes: String(detail.tonnes), unit: detail.unit });
    case 'distance adjustment':
      return say('assumption.distance adjustment', { factor: String(detail.factor) });
    case 'unknown distance':
      return say('assumption.unknown distance', detail);
    case 'router failed':
      return say('assumption.router failed', { reason: routerFailure(detail.reason, texts) });
    case 'ferry as road': {
      const ferries = detail.ferries.map((name) => say('assumption.ferry', { name }));
      return say('assumption.ferry as road', { ferries: ferries.join(', ') });
    }
    case 'long detour':
      return say('assumption.long detour', { ratio: detail.ratio.toFixed(1) });
    case 'within town':
      return say('assumption.within town', { km: String(detail.km), place: placeName(detail.place) });
    case 'closed passages':
      return say('assumption.closed passages', { passages: detail.passages.join(say('assumption.and')) });
    case 'grid losses':
      return say('assumption.grid losses', { share: (detail.share * 100).toFixed(1) });
    case 'electricity of world': {
      const { country } = detail;
      return country === undefined
        ? say('assumption.electricity of world')
        : say('assumption.electricity of world for', { country });
    }
    case 'one cleaning':
      return say('assumption.one cleaning', { kg: String(detail.kg) });
    case 'unit of fuel':
      return say('assumption.unit of fuel', { unit: detail.unit });
    case 'biogenic share of year':
      return say('assumption.biogenic share of year', { year: String(detail.year) });
  }
}

function routerFailure(reason: RouterFailure, { say }: Texts): string {
  switch (reason) {
    case 'does not answer':
    case 'did not answer':
    case 'gave less than the straight line':
      return say(`router.${reason}`);
    default:
      return say('router.found no road', { status: reason.replace(/\D/g, '') });
  }
}
