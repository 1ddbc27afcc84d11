import type { Answer } from '../../errors.ts';
import { clip, quote } from '../../issues.ts';
import { nonFuelOf } from '../../mapping/non-fuels.ts';
import type { InspectedValues, Inspection, UnknownValue } from '../../pipeline/inspect.ts';
import type { RecordKind, Requirement } from '../../records/kind.ts';
import { type Answers, leavesOf, placeOf } from './answers.ts';

/** One answer to a question, as the part of a mapping file that it is. */
export interface Proposal {
  readonly label: string;
  readonly answer: Answers;
}

/** What evidence leaves open of a file: the prompts are one view of it, the JSON another. */
export interface Question {
  readonly id: string;
  readonly text: string;
  /** Values of the column in question. */
  readonly samples: readonly string[];
  /** Sampled rows that it is about. */
  readonly rows: number;
  /** The likeliest first. */
  readonly proposals: readonly Proposal[];
  /** Every other answer that is possible. */
  readonly others: readonly Proposal[];
  /** Places in a mapping file that answer it. */
  readonly places: ReadonlySet<string>;
}

/** What questions are made from. */
export interface Open {
  readonly kind: RecordKind;
  readonly inspection: Inspection;
  /** By field, all values that it can have. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  /** What has been answered. */
  readonly answered: Answers;
}

/** What is open, in the order in which it is best answered: each answer may open or settle others. */
export function openQuestions(open: Open): readonly Question[] {
  const problems = problemQuestions(open);
  if (open.inspection.mapping === undefined || problems.length > 0) return problems;
  return [
    ...open.inspection.missing.flatMap((requirement) => missingQuestion(requirement, open)),
    ...columnQuestions(open),
    ...unitQuestion(open),
    ...open.inspection.values.flatMap((values) => values.unknown.map((value) => valueQuestion(values, value, open))),
    ...causeQuestions(open),
  ];
}

type QuestionText = Pick<Question, 'id' | 'text'> & Partial<Pick<Question, 'samples' | 'rows' | 'others'>>;

const question = (text: QuestionText, proposals: readonly Proposal[], places: readonly string[] = []): Question => ({
  samples: [],
  rows: 0,
  others: [],
  ...text,
  proposals,
  places: new Set([...places, ...proposals.flatMap(({ answer }) => leavesOf(answer).map(({ place }) => place))]),
});

/** What a run can't start with, where the error has its answers; one that its answer did not settle is none of these. */
function problemQuestions({ inspection: { problems, share }, answered }: Open): readonly Question[] {
  const settled = new Set(leavesOf(answered).map(({ place }) => place));
  return problems.flatMap(({ code, message, answers }): Question[] => {
    const proposals = answers.map(proposalOf);
    const isSettled = proposals.some(({ answer }) => leavesOf(answer).some(({ place }) => settled.has(place)));
    return proposals.length === 0 || isSettled
      ? []
      : [question({ id: code, text: message, rows: share.rows }, proposals)];
  });
}

/** An answer that is options of the command line, as a mapping file says it. */
function proposalOf({ meaning, options: [option = '', value = ''] }: Answer): Proposal {
  const at = value.indexOf('=');
  const [name, text] = [value.slice(0, at), value.slice(at + 1)];
  const answers: Readonly<Record<string, Answers>> = {
    '--decimal': { decimal: value as ',' },
    '--date-format': { dateFormat: value as 'dmy' },
    '--gallon': { gallon: value as 'us' },
    '--ton': { ton: value as 'metric' },
    '--null': { null: [value] },
    '--map': { fields: { [name]: text } },
    '--skip': { skip: { [name]: text.split('|') } },
  };
  return { label: meaning, answer: answers[option] ?? {} };
}

/** What every record needs and no column gives: one of the columns that are not used, or a value for all rows. */
function missingQuestion({ anyOf, text }: Requirement, { kind, inspection, choices }: Open): readonly Question[] {
  const { mapping, share } = inspection;
  const mapped = new Set(mapping?.sources.map(({ field }) => field));
  const fields = [...new Set(anyOf.flat())].filter((field) => !mapped.has(field));
  const unused = mapping?.unmapped ?? [];
  const ofColumns = fields.flatMap((field) =>
    unused.map(({ column, suggestion }) => ({
      label: `${quote(column)} is ${field}${samplesText(samplesOf(column, inspection))}`,
      answer: { fields: { [field]: column } },
      isLikely: suggestion === field,
    })),
  );
  const constants = fields.flatMap((field) => {
    const own =
      kind.fields[field]?.choices ?? (kind.fields[field]?.isCountry === true ? choices.get(field) : undefined);
    return (own ?? []).map((value) => ({
      label: `${field} is ${value} in all rows`,
      answer: { set: { [field]: value } },
    }));
  });
  const likely = ofColumns.filter(({ isLikely }) => isLikely);
  const proposals = [...likely, ...constants.slice(0, mostConstants)].map(({ label, answer }) => ({ label, answer }));
  const others = [...ofColumns.filter(({ isLikely }) => !isLikely), ...constants.slice(mostConstants)];
  const places = fields.flatMap((field) => [placeOf('fields', field), placeOf('set', field)]);
  if (proposals.length + others.length === 0) return [];
  const id = `missing ${fields.join(' ')}`;
  return [question({ id, text: `Every record ${text}. Where is it?`, rows: share.rows, others }, proposals, places)];
}

/** Constants that are proposed: all categories, and not all countries. */
const mostConstants = 4;

/** Columns that are not used, and whose names are like that of a field. */
function columnQuestions({ inspection, answered }: Open): readonly Question[] {
  const seen = new Set(answered.columns);
  return (inspection.mapping?.unmapped ?? []).flatMap(({ column, suggestion }): Question[] => {
    if (suggestion === undefined || seen.has(column)) return [];
    const samples = samplesOf(column, inspection);
    return [
      question({ id: `column ${column}`, text: `Is the column ${quote(column)} ${suggestion}?`, samples }, [
        { label: `yes, it is ${suggestion}`, answer: { fields: { [suggestion]: column } } },
        { label: 'no, it is not used', answer: { columns: [column] } },
      ]),
    ];
  });
}

/** Loads of which neither their column's name nor another column says the unit. */
function unitQuestion({ kind, inspection }: Open): readonly Question[] {
  const { mapping, share, input } = inspection;
  const sources = mapping?.sources ?? [];
  const load = sources.find(({ field }) => field === 'load');
  if (load === undefined || load.unit !== undefined || sources.some(({ field }) => field === 'load_unit')) return [];
  const units = kind.fields['load_unit']?.choices ?? [];
  const proposals = units.map((unit) => ({ label: unit, answer: { set: { load_unit: unit } } }));
  const samples = load.columns.flatMap((at) => samplesOf(input.table.columns[at] ?? '', inspection));
  const text = { id: 'missing load_unit', text: 'In which unit are the loads?', rows: share.rows, samples };
  return [question(text, proposals, [placeOf('fields', 'load_unit')])];
}

/** A vehicle, fuel, country, unit or category that is unknown. */
function valueQuestion(
  { field, column }: InspectedValues,
  { value, count, proposals: likely }: UnknownValue,
  { kind, choices }: Open,
): Question {
  const meant = (name: string): Proposal => ({ label: name, answer: { values: { [field]: { [value]: name } } } });
  const skip = { label: `leave out its rows (${String(count)})`, answer: { skip: { [column]: [value] } } };
  const all = choices.get(field) ?? kind.fields[field]?.choices ?? [];
  const isNoFuel = kind.fields[field]?.isFuel === true && nonFuelOf(value) !== undefined;
  const meanings = all.filter((name) => isNoFuel || !likely.includes(name)).map(meant);
  const text = `What is ${quote(clip(value, 40))} in ${quote(column)} (${field})?`;
  const places = [placeOf('values', field, value), placeOf('skip', field, value)];
  const proposals = isNoFuel ? [skip] : likely.map(meant);
  // Only what is certainly no record is proposed to be left out.
  const others = isNoFuel ? meanings : [skip, ...meanings];
  return question({ id: `value ${field} ${value}`, text, rows: count, others }, proposals, places);
}

/** What refuses rows that one option reads; values that are left out have questions of their own. */
function causeQuestions({ inspection: { share } }: Open): readonly Question[] {
  return share.causes.flatMap(({ cause, rows, fix }): Question[] => {
    const proposal = proposalOf({ meaning: fix.join(' '), options: fix });
    if (fix.length === 0 || fix[0] === '--skip' || Object.keys(proposal.answer).length === 0) return [];
    return [question({ id: `cause ${cause}`, text: `${cause}. Read it so?`, rows }, [proposal])];
  });
}

const samplesShown = 3;

/** The first different values of a column. */
export function samplesOf(column: string, { input, sample }: Inspection): readonly string[] {
  const at = input.table.columns.indexOf(column);
  const values = new Set<string>();
  for (const { cells } of sample) {
    const value = (cells[at] ?? '').trim();
    if (value !== '') values.add(clip(value, 24));
    if (values.size === samplesShown) break;
  }
  return [...values];
}

const samplesText = (samples: readonly string[]): string => (samples.length === 0 ? '' : ` (${samples.join(', ')})`);
