import { execFileSync } from 'node:child_process';

/** What some peers need and this machine may not have: each with its version, or undefined. */
export async function findTools() {
  return { duckdb: await findDuckDB(), pandas: findPandas() };
}

/** It has native parts, which are not there for every platform. */
async function findDuckDB() {
  try {
    const { default: duckdb } = await import('@duckdb/node-api');
    return { version: duckdb.version() };
  } catch {
    return undefined;
  }
}

/** The interpreter itself, as `python3` may be a script that looks for it first. */
function findPandas() {
  const question = 'import pandas, platform, sys; print(sys.executable, pandas.__version__, platform.python_version())';
  try {
    const answer = execFileSync('python3', ['-c', question], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [python, version, pythonVersion] = answer.trim().split(' ');
    return { python, version: `${version}, Python ${pythonVersion}` };
  } catch {
    return undefined;
  }
}
