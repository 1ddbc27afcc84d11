import { type Inspection, type InspectOptions, inspectInput } from '../pipeline/inspect.ts';
import type { MappingOptions } from '../mapping/mapping.ts';
import type { RecordKind } from '../records/kind.ts';
import type { CommandContext } from './context.ts';
import type { ReadingOptions } from './upload-options.ts';

/** Looks at a file as the reading options say, without a run. */
export const inspectFile = (
  kind: RecordKind,
  path: string,
  options: ReadingOptions,
  { mapping, known }: { readonly mapping: MappingOptions; readonly known: InspectOptions['known'] },
  { now, stdin }: Pick<CommandContext, 'now' | 'stdin'>,
): Promise<Inspection> =>
  inspectInput({
    kind,
    path,
    input: { format: options.format, delimiter: options.delimiter, encoding: options.encoding, sheet: options.sheet },
    mapping,
    // Fuels may be names here: an upload looks them up.
    schema: { currentYear: now().getUTCFullYear(), target: 'calculator' },
    stdin,
    known,
  });
