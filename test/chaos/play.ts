import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from './clock.ts';
import { Line } from './line.ts';
import { ModelApi, type Sent } from './model-api.ts';
import { Random } from './random.ts';
import { toCsv, type PlannedRow } from './rows.ts';
import { changed, type FileName, type Kill, rowsOf, type Schedule, type Step } from './schedule.ts';
import { type Ended, Session } from './session.ts';
import { type Facts, findDoubled, findLies, trueAssumption } from './truth.ts';

const start = new Date('2026-03-02T08:00:00Z');
const hourMs = 3_600_000;

/** Starts without faults after which everything has to be at its end. */
const calmRounds = 6;

/** An upload of a file, until it is finished. */
interface Task {
  readonly file: FileName;
  runId: string;
  last: Ended;
}

/** Plays a schedule to its end; everything that is not as it has to be. */
export async function play(schedule: Schedule): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dcycle-upload-chaos-'));
  try {
    return await new Play(schedule, folder).toItsEnd();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Play {
  readonly #schedule: Schedule;
  readonly #folder: string;
  readonly #clock = new VirtualClock(start);
  readonly #api: ModelApi;
  readonly #line: Line;
  readonly #files = new Map<FileName, readonly PlannedRow[]>();
  readonly #tasks: Task[] = [];
  #hasKilled = false;
  readonly #broken: string[] = [];
  #isLedgerWhole = true;
  #starts = 0;

  constructor(schedule: Schedule, folder: string) {
    this.#schedule = schedule;
    this.#folder = folder;
    this.#api = new ModelApi(schedule.nature, new Random(schedule.seed + 1), () => this.#clock.nowMs);
    this.#line = new Line(this.#api, this.#clock, schedule.weather);
  }

  async toItsEnd(): Promise<readonly string[]> {
    const { schedule } = { schedule: this.#schedule };
    for (const file of ['input', 'copy', 'overlap'] as const) this.#write(file, rowsOf(schedule, file));
    this.#putEarlier();
    for (const step of schedule.steps) await this.#take(step);
    this.#line.calm();
    for (let round = 1; round <= calmRounds && this.#unfinished().length > 0; round += 1) {
      await this.#clock.pass(2 * hourMs);
      for (const task of this.#unfinished()) await this.#goOn(task);
    }
    for (const task of this.#unfinished()) await this.#end(task);
    await this.#clock.settle();
    return [...this.#broken, ...findDoubled(this.#facts())];
  }

  #facts(): Facts {
    return {
      mix: this.#schedule.mix,
      api: this.#api,
      calls: this.#line.calls,
      hasKilled: this.#hasKilled,
      isLedgerWhole: this.#isLedgerWhole,
    };
  }

  #write(file: FileName, rows: readonly PlannedRow[]): void {
    this.#files.set(file, rows);
    writeFileSync(this.#pathOf(file), toCsv(rows, this.#schedule.mix));
  }

  readonly #pathOf = (file: FileName): string => join(this.#folder, `${file}.csv`);

  #putEarlier(): void {
    const { earlier, rows, mix } = this.#schedule;
    for (const { row, is, days } of earlier) {
      const { cells = {}, as } = rows[row] ?? {};
      if (as !== 'good') continue;
      const number = (name: string): Sent => (name in cells ? { [name]: Number(cells[name as 'load']) } : {});
      const sent: Sent = { ...withoutEmpty(cells), ...number('load'), ...number('distance_km'), ...number('quantity') };
      const other = is === 'the same' ? sent : { ...sent, load: 7777 };
      this.#api.putBefore(mix === 'recharges' ? 'recharges' : 'requests', other, start.getTime() - days * 24 * hourMs);
    }
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case 'upload':
        return this.#finish([this.#upload(step.file, step.kill)]);
      case 'upload two':
        return this.#finish(step.files.map((file, n) => this.#upload(file, n === 0 ? step.kill : undefined)));
      case 'resume':
        return this.#goOn(this.#tasks[0], step.kill);
      case 'pass':
        return this.#clock.pass(step.hours * hourMs);
      case 'prune':
        await this.#run(['runs', 'prune', '--yes', '--json']);
        return;
      case 'lose the ledger':
        this.#isLedgerWhole = false;
        return rmSync(join(this.#folder, 'state'), { recursive: true, force: true });
      case 'damage the ledger':
        this.#isLedgerWhole = false;
        return this.#damage();
      default:
        return this.#write(
          'input',
          changed(this.#files.get('input') ?? [], step.do, this.#schedule.mix, this.#schedule.seed),
        );
    }
  }

  /** Flips bytes of what the program has written down. */
  #damage(): void {
    const random = Random.of(`damage ${String(this.#schedule.seed)}`);
    // A process that was killed at once has written nothing down.
    if (!existsSync(join(this.#folder, 'state'))) return;
    for (const entry of readdirSync(join(this.#folder, 'state'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      for (let n = 0; n < 40 && bytes.length > 0; n += 1) {
        const at = random.int(0, bytes.length - 1);
        bytes[at] = (bytes[at] ?? 0) ^ 0x41;
      }
      writeFileSync(path, bytes);
    }
  }

  /** Starts an upload; what it comes to is a task. */
  async #upload(file: FileName, kill?: Kill, more: readonly string[] = []): Promise<Task> {
    const command = this.#schedule.mix === 'recharges' ? 'recharges' : 'requests';
    const report = (name: string): string => join(this.#folder, `${name}-${String(this.#starts)}`);
    const reports = [
      `--out=${report('out')}.jsonl`,
      `--errors=${report('errors')}.jsonl`,
      `--rejected=${report('rejected')}.csv`,
    ];
    const args = [command, this.#pathOf(file), '--json', ...this.#schedule.options, ...reports, ...more];
    const session = this.#session(args, kill);
    const rows = this.#files.get(file) ?? [];
    const last = await session.run();
    const runId = last.summary?.run_id ?? session.runId ?? '';
    this.#judge(last, runId, rows);
    return { file, runId, last };
  }

  async #finish(uploads: readonly Promise<Task>[]): Promise<void> {
    this.#tasks.push(...(await this.#clock.until(Promise.all(uploads))));
  }

  #session(args: readonly string[], kill?: Kill): Session {
    this.#starts += 1;
    const { seed } = this.#schedule;
    const world = { clock: this.#clock, line: this.#line, folder: this.#folder, seed };
    return new Session(world, `start ${String(this.#starts)}`, args, kill);
  }

  async #run(args: readonly string[], kill?: Kill): Promise<Ended> {
    return this.#clock.until(this.#session(args, kill).run());
  }

  #judge(ended: Ended, runId: string, rows: readonly PlannedRow[]): void {
    if (ended.code === null) this.#hasKilled = true;
    const lies = findLies({ ended, runId, rows, folder: this.#folder }, this.#facts());
    this.#broken.push(...lies.map((lie) => `${ended.name} (${ended.args.join(' ')}): ${lie}`));
  }

  readonly #isFinished = ({ last: { code } }: Task): boolean => code === 0 || code === 1;

  #unfinished(): readonly Task[] {
    return this.#tasks.filter((task) => !this.#isFinished(task));
  }

  /** Resumes a run, after the one that has to find out first; starts it again where it left nothing. */
  async #goOn(task: Task | undefined, kill?: Kill): Promise<void> {
    if (task === undefined) return;
    const first = this.#namedBy(task);
    if (first !== undefined) await this.#resume(first);
    if (task.last.stderr.includes('doctor --repair')) await this.#run(['doctor', '--repair']);
    const { code } = task.last;
    const sawOthers = code === 2 && task.last.stderr.includes('--verify');
    if (!sawOthers && code !== 2 && code !== 6) {
      await this.#resume(task, kill);
      if (task.last.code !== 2) return;
    }
    const again = await this.#clock.until(this.#upload(task.file, kill, sawOthers ? ['--verify'] : []));
    Object.assign(task, again);
  }

  async #resume(task: Task, kill?: Kill): Promise<void> {
    task.last = await this.#run(['resume', task.runId, '--json'], kill);
    this.#judge(task.last, task.runId, this.#files.get(task.file) ?? []);
  }

  /** Another run that the last line of one names, as it has to find out first. */
  #namedBy({ file, runId, last }: Task): Task | undefined {
    const named = /to finish, run: dcycle-upload resume (?<run>[\w-]+)/.exec(last.stderr)?.groups?.['run'];
    if (named === undefined || named === runId) return undefined;
    const known = this.#tasks.find((task) => task.runId === named);
    if (known !== undefined) return known;
    const found = { file, runId: named, last };
    this.#tasks.push(found);
    return found;
  }

  /** What stays uncertain is ended by the user's word, in the run that it is of. */
  async #end(task: Task, after: readonly Task[] = []): Promise<void> {
    // The end of another one may have been its own.
    if (this.#isFinished(task)) return;
    const first = this.#namedBy(task);
    if (first !== undefined && !after.includes(first)) {
      // It may have ended well before the ledger lost what became of its calls.
      if (this.#isFinished(first)) await this.#resume(first);
      if (!this.#isFinished(first)) await this.#end(first, [...after, task]);
      await this.#resume(task);
      if (this.#isFinished(task)) return;
    }
    const { not_sent: notSent = 0 } = task.last.summary?.records ?? {};
    const what = `${task.file}: after ${String(calmRounds)} calm starts, exit ${String(task.last.code)}`;
    // A row waits for the word on its earlier version, which the file does not have any more, and is sent by the next start.
    const waitsForWord = notSent > 0 && task.last.stderr.includes('--assume stored');
    if (task.last.code !== 5 || (notSent > 0 && !waitsForWord)) {
      this.#broken.push(`${what}: ${task.last.stderr}`);
      return;
    }
    const rows = this.#files.get(task.file) ?? [];
    const word = trueAssumption({ ended: task.last, runId: task.runId, rows, folder: this.#folder }, this.#facts());
    task.last = await this.#run(['resume', task.runId, '--assume', word, '--json']);
    if (waitsForWord) await this.#resume(task);
    if (this.#isFinished(task)) return;
    const next = this.#namedBy(task);
    // What was uncertain here was only a part of it.
    if (next !== undefined && next !== first && !after.includes(next)) return this.#end(task, after);
    this.#broken.push(`${what}, and --assume ${word} does not end it: ${task.last.stderr}`);
  }
}

const withoutEmpty = (cells: Readonly<Record<string, string>>): Sent =>
  Object.fromEntries(Object.entries(cells).filter(([, value]) => value !== ''));
