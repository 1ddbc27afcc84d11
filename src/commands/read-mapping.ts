import { usageError } from '../errors.ts';
import type { MappingFile } from '../mapping/mapping-file.ts';
import { type MappingOptions, readMappingOptions } from '../mapping/mapping.ts';
import type { RecordKind } from '../records/kind.ts';
import type { ReadingOptions } from './upload-options.ts';

/** Joins the mapping file (a `--map` without `=`) with the single assignments. */
export async function readMapping(
  kind: RecordKind,
  { map = [], set = [], decimal, dateFormat, gallon, ton, skip, where, refunds, null: nulls, ownRows }: ReadingOptions,
): Promise<MappingOptions> {
  const files = map.filter((text) => !text.includes('='));
  if (files.length > 1) {
    throw usageError('MAPPING_INVALID', `there can be one mapping file only, not ${files.join(' and ')}`);
  }
  const file = files[0] === undefined ? undefined : await readFile(files[0]);
  if (file?.kind !== undefined && file.kind !== kind.name) {
    throw usageError('MAPPING_INVALID', `the mapping file ${files[0] ?? ''} is for ${file.kind}, not for ${kind.name}`);
  }
  return readMappingOptions(
    kind,
    file,
    map.filter((text) => text.includes('=')),
    set,
    { decimal, dateOrder: dateFormat, gallon, ton, skip, where, refunds, nulls, ownRows },
  );
}

/** Only runs with a mapping file load what reads it. */
async function readFile(path: string): Promise<MappingFile> {
  const { readMappingFile } = await import('../mapping/mapping-file.ts');
  return readMappingFile(path);
}
