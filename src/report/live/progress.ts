import type { WaitReason } from '../../api/wait.ts';
import type { Calculation } from '../../delivery/awaited.ts';
import type { CallEvent } from '../../delivery/caller.ts';
import type { Progress } from '../../pipeline/progress.ts';
import type { RunTarget } from '../../pipeline/run-target.ts';
import { callText, progressLines, progressSentence, settledRows, type Snapshot } from './progress-text.ts';
import { RecentRate } from './recent-rate.ts';
import type { Terminal } from '../terminal.ts';

/** Shows how far a run has come while it is in progress. */
export interface ProgressView {
  /** The run begins: from now on it is shown. */
  start(): void;
  update(progress: Progress): void;
  call(event: CallEvent): void;
  /** Nothing is called for a while; the function that is returned ends this. */
  wait(delayMs: number, reason: WaitReason): () => void;
  calculation(calculation: Calculation): void;
  /** Takes away what was drawn. */
  stop(): void;
}

export interface ProgressOptions {
  readonly terminal: Terminal;
  readonly isShown: boolean;
  readonly isVerbose: boolean;
  readonly mode: RunTarget['mode'];
  readonly paths: readonly string[];
  /** Bytes of all inputs; `undefined` when one of them is a stream. */
  readonly totalBytes: number | undefined;
  readonly now: () => number;
}

const plainLineEveryMs = 30_000;
const redrawEveryMs = 100;

/** Shorter waits come and go too fast to be read. */
const shownWaitMs = 1000;

/** Live lines on a terminal, a plain line every 30 s elsewhere, nothing when it is not wanted. */
export async function createProgress(options: ProgressOptions): Promise<ProgressView> {
  const { terminal, isShown, isVerbose, now } = options;
  const account = new Account(options);
  const show = isShown ? await createShow(terminal) : undefined;
  let last = 0;
  const tick = (): void => {
    if (show === undefined || now() - last < show.everyMs) return;
    last = now();
    show.snapshot(account.snapshot());
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      last = now();
      account.start(last);
      // It also ticks while nothing is reported; a run that is busy without a pause is shown as it reports.
      if (show !== undefined) timer = setInterval(tick, show.everyMs).unref();
    },
    update(progress) {
      account.progress = progress;
      tick();
    },
    call(event) {
      if (event.retryInMs !== undefined) account.retries += 1;
      if (isVerbose) terminal.err(`${callText(event)}\n`);
    },
    wait: (delayMs, reason) => account.wait(delayMs, reason),
    calculation(calculation) {
      account.calculation = calculation;
    },
    stop() {
      clearInterval(timer);
      terminal.live?.leave();
    },
  };
}

interface Show {
  readonly everyMs: number;
  readonly snapshot: (snapshot: Snapshot) => void;
}

async function createShow({ live, err, errStyle }: Terminal): Promise<Show> {
  if (live === undefined) {
    return { everyMs: plainLineEveryMs, snapshot: (snapshot) => err(`${progressSentence(snapshot)}\n`) };
  }
  // It knows the frames for this terminal; what it draws can't be made to fit one that changes its width (LiveLines).
  const { default: ora } = await import('ora');
  const spinner = ora({ color: false, discardStdin: false });
  return {
    everyMs: redrawEveryMs,
    snapshot(snapshot) {
      const frame = spinner.frame().trim();
      live.draw((width) =>
        progressLines(snapshot, width - 2).map((line, index) => `${index === 0 ? errStyle.cyan(frame) : ' '} ${line}`),
      );
    },
  };
}

/** Adds up what is reported of a run. */
class Account {
  readonly #options: ProgressOptions;
  #startedAt = 0;
  #rate = new RecentRate(0);
  readonly #waits = new Set<{ readonly reason: WaitReason; readonly until: number }>();
  progress: Progress = {
    input: 0,
    bytesTaken: 0,
    rows: { read: 0, valid: 0, invalid: 0, duplicates: 0, skipped: 0 },
    records: { accepted: 0, acceptedBefore: 0, storedTwice: 0, rejected: 0, notSent: 0, uncertain: 0 },
    chunksInFlight: 0,
    chunksParked: 0,
  };
  retries = 0;
  calculation: Calculation | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  start(now: number): void {
    this.#startedAt = now;
    this.#rate = new RecentRate(now);
  }

  wait(delayMs: number, reason: WaitReason): () => void {
    if (delayMs < shownWaitMs) return () => {};
    const wait = { reason, until: this.#options.now() + delayMs };
    this.#waits.add(wait);
    return () => void this.#waits.delete(wait);
  }

  snapshot(): Snapshot {
    const { mode, paths, totalBytes, now } = this.#options;
    const { progress, retries, calculation } = this;
    const at = now();
    return {
      progress,
      mode,
      paths,
      retries,
      calculation,
      elapsedMs: at - this.#startedAt,
      share: totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(1, progress.bytesTaken / totalBytes),
      rowsPerSecond: this.#rate.perSecond(at, settledRows(progress)),
      waits: Array.from(this.#waits, ({ reason, until }) => ({ reason, leftMs: Math.max(0, until - at) })),
    };
  }
}
