import { expect } from 'vitest';
import type { LogEvent } from '../../src/report/log/log-event.ts';
import { readText } from './command.ts';
import { schemaErrors } from './schemas.ts';

/** The events of a log, each of which keeps to the published schema; every line must be whole. */
export function readLog(folder: string, name: string): readonly LogEvent[] {
  const text = readText(folder, name);
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const event = JSON.parse(line) as LogEvent;
      expect([line, schemaErrors('log-event-1.json', event)]).toEqual([line, []]);
      return event;
    });
}

/** The events of one name. */
export const eventsOf = <Name extends LogEvent['event']>(
  log: readonly LogEvent[],
  name: Name,
): readonly Extract<LogEvent, { readonly event: Name }>[] =>
  log.filter((event): event is Extract<LogEvent, { readonly event: Name }> => event.event === name);

/** The bulk calls: what was sent, not what was looked up. */
export const postsOf = (log: readonly LogEvent[]): ReturnType<typeof eventsOf<'call'>> =>
  eventsOf(log, 'call').filter(({ method }) => method === 'POST');

export const namesOf = (log: readonly LogEvent[]): readonly string[] => log.map(({ event }) => event);

/** Every text in a document: keys and values. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsIn(each)]);
}
