import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type LogEvent, logEventSchema } from './log-event.ts';
import { parseJson } from '../../parse-json.ts';

/** The end of a log that is looked at. */
const tailBytes = 1024 * 1024;

/** The last events of a run in a log, the oldest first; none where the file can't be read. What is not an event is left out. */
export function lastEvents(path: string, runId: string, most: number): readonly LogEvent[] {
  return readTail(path)
    .split('\n')
    .flatMap((line): LogEvent[] => {
      const event = logEventSchema.safeParse(parseJson(line));
      return event.success && event.data.run_id === runId ? [event.data] : [];
    })
    .slice(-most);
}

function readTail(path: string): string {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const buffer = Buffer.alloc(Math.min(size, tailBytes));
      return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, size - buffer.length));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
