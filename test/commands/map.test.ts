import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { join, leavesOf } from '../../src/commands/map/answers.ts';
import { interview } from '../../src/commands/map/interview.ts';
import { answerAll, lookAt, mappingFileOf } from '../../src/commands/map/session.ts';
import type { CommandContext } from '../../src/commands/context.ts';
import { RunError } from '../../src/errors.ts';
import { ExitCode } from '../../src/exit-codes.ts';
import type { RecordKind } from '../../src/records/kind.ts';
import { kindFor } from '../../src/records/kinds.ts';
import type { Questions } from '../../src/report/questions.ts';
import { folderWith } from '../support/command.ts';

const look = (name: RecordKind['name'], text: string) => {
  const kind = kindFor(name, 'calculator');
  const path = `${folderWith({ 'a.csv': text })}/a.csv`;
  const context = {
    now: () => new Date('2025-11-28T12:00:00Z'),
    stdin: new PassThrough(),
  } as unknown as CommandContext;
  return { kind, look: lookAt(kind, path, {}, context) };
};

const portes = [
  'Nº Expedición;Fecha carga;Origen;Destino;Kms;Peso;Tipo vehículo',
  '1;15/01/2025;Madrid;Barcelona;620,5;12000;Tráiler',
  '2;16/01/2025;Madrid;Vigo;600;300;Camión',
  '3;17/01/2025;Madrid;Lugo;510;200;Camión',
  '',
].join('\n');

/** Questions that are answered with the labels of a script; `Ctrl-C` gives up. */
function scripted(script: readonly string[]): { readonly questions: Questions; readonly asked: string[] } {
  const asked: string[] = [];
  const pick = (question: string, answers: readonly string[]): Promise<number> => {
    const label = script[asked.length] ?? 'no answer';
    asked.push(question);
    if (label === 'Ctrl-C') throw new RunError(ExitCode.sigint, 'INTERRUPTED', 'given up');
    const at = answers.findIndex((answer) => answer.startsWith(label));
    if (at < 0) throw new Error(`${label} is not among ${answers.join(', ')} of ${question}`);
    return Promise.resolve(at);
  };
  return { questions: { pick } as unknown as Questions, asked };
}

describe('what is open', () => {
  test('is what evidence leaves open, and nothing else', async () => {
    const { look: at } = look('requests', portes);
    const { questions, inspection } = await at({});
    expect(questions.map(({ id, rows }) => [id, rows])).toEqual([
      ['missing load_unit', 3],
      ['value toc Camión', 2],
      ['value toc Tráiler', 1],
    ]);
    expect(inspection.share).toMatchObject({ rows: 3, ready: 0 });
    expect(questions[1]?.proposals[0]).toEqual({
      label: 'truck_diesel',
      answer: { values: { toc: { Camión: 'truck_diesel' } } },
    });
  });

  test.each([
    ['dates', 'toc,km,load,load_unit,fecha\nvan_diesel,5,1,kg,01/02/2025\n', 'DATES_AMBIGUOUS', { dateFormat: 'dmy' }],
    ['the decimal mark', 'toc;km;load;load_unit\nvan_diesel;1.234;1;kg\n', 'DECIMAL_AMBIGUOUS', { decimal: '.' }],
    [
      'two columns',
      'toc,km,distancia,load,load_unit\nvan_diesel,5,6,1,kg\n',
      'MAPPING_AMBIGUOUS',
      { fields: { distance_km: 'km' } },
    ],
    ['a category', 'km,load,load_unit\n5,1,kg\n', 'missing toc category', { set: { category: 'road' } }],
  ] as const)('%s', async (_what, text, id, answer) => {
    const { look: at } = look('requests', text);
    const start = await at({});
    expect(start.questions.map((question) => question.id)).toEqual([id]);
    expect(start.questions[0]?.proposals.map((proposal) => proposal.answer)).toContainEqual(answer);
    expect((await at(answer)).questions).toEqual([]);
  });

  test('of fuels: AdBlue is left out, a word with several meanings is asked, a label of a pump is not', async () => {
    const rows = [
      'Datum;Produkt;Menge;Land',
      '02.01.2025;Dieselkraftstoff B7;350,20;DE',
      '03.01.2025;AdBlue;20,00;DE',
      '05.01.2025;Erdgas;30,00;DE',
    ];
    const { look: at } = look('recharges', `${rows.join('\n')}\n`);
    const { questions } = await at({});
    expect(questions.map(({ id, proposals }) => [id, proposals[0]?.label])).toEqual([
      ['value fuel_id AdBlue', 'leave out its rows (1)'],
      ['value fuel_id Erdgas', 'CNG'],
    ]);
  });
});

describe('answers', () => {
  const answers = {
    fields: { toc: 'Véhicule' },
    values: { toc: { Camión: 'truck_diesel', Tráiler: 'artic_truck_diesel' } },
    skip: { Producto: ['AdBlue', 'Lavado'] },
    null: ['?'],
    decimal: ',' as const,
  };

  test('are the sum of their leaves', () => {
    expect(leavesOf(answers)).toHaveLength(7);
    expect(join(leavesOf(answers).map(({ answer }) => answer))).toEqual(answers);
    expect(join([answers, answers])).toEqual(answers);
  });

  test('become the mapping file, which says for which columns it is', async () => {
    const { kind, look: at } = look('requests', portes);
    const given = { set: { load_unit: 'kg' }, values: { toc: { CAMIÓN: 'truck_diesel' } }, skip: { toc: 'Tráiler' } };
    const view = await answerAll(await at({}), given, at);
    expect(view.questions).toEqual([]);
    expect(view.inspection.share).toMatchObject({ rows: 2, ready: 2 });
    expect(mappingFileOf(kind, view)).toMatchObject({
      kind: 'requests',
      columns: portes.slice(0, portes.indexOf('\n')).split(';'),
      fields: { toc: 'Tipo vehículo', load: 'Peso' },
      ...given,
      skip: { toc: ['Tráiler'] },
    });
  });

  test.each([
    ['belongs to no question', { values: { toc: { Barco: 'ropax' } } }, '"values/toc/barco" answers no open question'],
    ['is known already', { decimal: ',' as const }, '"decimal" answers no open question'],
    ['is unknown itself', { values: { toc: { Camión: 'lorry' } } }, '"values/toc/camión" does not answer its question'],
  ])('one that %s is refused', async (_what, given, message) => {
    const { look: at } = look('requests', portes);
    await expect(answerAll(await at({}), given, at)).rejects.toThrow(message);
  });
});

describe('an interview', () => {
  test('shows how many rows are ready with each question, and goes back', async () => {
    const { look: at } = look('requests', portes);
    const { questions, asked } = scripted(
      ['kg', 'van', '← back', 'truck_diesel', 'artic_truck_diesel', 'write'].map((label) =>
        label === 'van' ? 'van_diesel' : label,
      ),
    );
    const { view, isGivenUp } = await interview(await at({}), at, questions);
    expect(isGivenUp).toBe(false);
    expect(asked.map((text) => /\d of 3 rows ready/.exec(text)?.[0])).toEqual(
      [0, 0, 2, 0, 2, 3].map((ready) => `${String(ready)} of 3 rows ready`),
    );
    expect(view.answers.values).toEqual({ toc: { Camión: 'truck_diesel', Tráiler: 'artic_truck_diesel' } });
  });

  test('keeps what was answered when it is given up, and asks no more what was left open', async () => {
    const { look: at } = look('requests', portes);
    const { questions } = scripted(['ton', 'leave it open', 'Ctrl-C']);
    const { view, answered, isGivenUp } = await interview(await at({}), at, questions);
    expect([answered, isGivenUp]).toEqual([1, true]);
    expect(view.answers).toEqual({ set: { load_unit: 'ton' } });
  });
});
