import { printable } from '../issues.ts';
import type { ListedSetting, SettingsDocument } from './settings-document.ts';
import type { Style } from './style.ts';

/** The settings as lines; with their origins where they are asked for. */
export function renderSettings(
  { file, profile, profiles, settings }: SettingsDocument,
  describeOrigin: (origin: NonNullable<ListedSetting['origin']>) => string,
  { style, showsOrigin }: { readonly style: Style; readonly showsOrigin: boolean },
): string {
  const others = profiles.filter((name) => name !== profile?.name);
  const head = [
    ['profile', profile === null ? 'none' : profile.name, profile === null ? '' : describeOrigin(profile.origin)],
    ...(others.length === 0 ? [] : [['others', others.join(', '), '']]),
    ['file', file ?? 'none', ''],
  ];
  const rows = settings.map(({ origin, ...setting }) => [
    setting.name,
    valueOf(setting),
    origin === null ? '' : describeOrigin(origin),
  ]);
  const all = [...head, ...rows];
  const widthOf = (column: number): number => Math.max(...all.map((row) => (row[column] ?? '').length));
  const [names, values] = [widthOf(0), showsOrigin ? Math.min(widthOf(1), longestValue) : 0];
  const line = ([name = '', value = '', origin = '']: readonly string[]): string => {
    const shown = printable(value);
    const text = showsOrigin && origin !== '' ? `${shown.padEnd(values)}  ${style.dim(printable(origin))}` : shown;
    return `${name.padEnd(names)}  ${text}`.trimEnd();
  };
  return `${[...head.map(line), '', ...rows.map(line)].join('\n')}\n`;
}

/** Longer values push their origin to the right, not those of all. */
const longestValue = 40;

function valueOf({ value, is_set: isSet, wrong }: Omit<ListedSetting, 'origin'>): string {
  if (wrong !== null) return `not valid: it ${wrong}`;
  if (value !== null) return String(value);
  return isSet ? 'set, not shown' : '–';
}
