import { withoutGroup } from '../../pipeline/emissions.ts';
import type { Texts } from '../texts/texts.ts';

/** What the groups of a list are. */
export type Noun =
  'category' | 'vehicle' | 'client' | 'lane' | 'fuel' | 'month' | 'kind' | 'distance' | 'assumption' | 'factor';

/** The name of a group as it is read: in words where the catalogue has them, else as it is. */
export function groupName(noun: Noun, group: string, texts: Texts): string {
  if (group === withoutGroup) return texts.say('group.notSaid');
  if (noun === 'vehicle') return vehicleName(group, texts);
  const prefix = noun === 'kind' ? 'subject' : noun;
  const key = `${prefix}.${group}`;
  return texts.has(key) && (noun === 'category' || noun === 'fuel' || noun === 'kind' || noun === 'distance')
    ? texts.say(key)
    : group;
}

/** `rigid_truck_diesel_3.5_7.5t_refrigerated`: the body, and what may follow it. */
const parts =
  /^(?<body>[a-z_]+?)(?:_(?<energy>diesel|petrol|cng|lpg|electric))?(?:_(?<size>gt\d+t|[\d.]+_[\d.]+t))?(?<cold>_refrigerated)?$/;

/** An embedded vehicle type in words; another one as it is. */
function vehicleName(toc: string, texts: Texts): string {
  const { body = '', energy, size, cold } = parts.exec(toc)?.groups ?? {};
  const key = `vehicle.${body}`;
  if (!texts.has(key)) return toc;
  const energyKey = `energy.${energy ?? ''}`;
  return [
    texts.say(key),
    ...(texts.has(energyKey) ? [texts.say(energyKey)] : []),
    ...(size === undefined ? [] : [sizeOf(size, texts)]),
    ...(cold === undefined ? [] : [texts.say('vehicle.refrigerated')]),
  ].join(', ');
}

function sizeOf(size: string, { say, locale }: Texts): string {
  const format = new Intl.NumberFormat(locale);
  const [from, to] = size
    .replace(/^gt|t$/g, '')
    .split('_')
    .map((tonnes) => format.format(Number(tonnes)));
  return to === undefined ? say('vehicle.over', { tonnes: from ?? '' }) : `${from ?? ''}–${to} t`;
}
