import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const gnuTime = '/usr/bin/time';
const hasGnuTime = existsSync(gnuTime) && spawnSync(gnuTime, ['--format=%e', 'true']).status === 0;

/** How CPU and memory are found out here; without either way only the time by the clock is known. */
export const measuredBy = hasGnuTime ? 'GNU time' : existsSync('/proc/self/status') ? '/proc' : 'clock only';

/**
 * Runs a whole process and says what it took.
 *
 * @returns `wall` and `cpu` (user and system) in seconds, `peak` of resident memory in MB, `code`, `stdout`, `stderr`
 */
export async function runProcess([command, ...args], { cwd, env }) {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-time-'));
  const report = join(scratch, 'report');
  const timed = hasGnuTime
    ? [gnuTime, '--format=%U %S %M', `--output=${report}`, command, ...args]
    : [command, ...args];
  const start = performance.now();
  const child = spawn(timed[0], timed.slice(1), { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const watch = measuredBy === '/proc' ? watchProcess(child.pid) : undefined;
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(status ?? signal));
  });
  const wall = (performance.now() - start) / 1_000;
  const used = hasGnuTime ? readReport(report) : (watch?.() ?? {});
  rmSync(scratch, { recursive: true });
  return { wall, ...used, code, stdout: await stdout, stderr: await stderr };
}

async function collect(stream) {
  let text = '';
  for await (const part of stream.setEncoding('utf8')) text += part;
  return text;
}

/** The last line: before it, GNU time notes an exit code that is not 0. */
function readReport(path) {
  const [user, system, kilobytes] = readFileSync(path, 'utf8').trimEnd().split('\n').at(-1).split(' ').map(Number);
  return { cpu: user + system, peak: kilobytes / 1_024 };
}

/** Looks at the process 50 times a second; the peak is the kernel's own mark, so only the last moment can be missed. */
function watchProcess(pid) {
  const ticksASecond = 100;
  const used = { cpu: 0, peak: 0 };
  const look = () => {
    try {
      const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
      used.peak = Math.max(used.peak, kilobytes / 1_024);
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
      used.cpu = (Number(fields[11]) + Number(fields[12])) / ticksASecond;
    } catch {
      // It has just ended.
    }
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    return used;
  };
}
