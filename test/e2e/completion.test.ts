import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dcycleUpload, folderWith } from '../support/command.ts';
import { createTmux } from '../support/tmux.ts';
import { isMissing } from '../support/tools.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const runId = '3f2a9c1e-7d3b-4f0e-9a51-0c8e5d2b7f10';

/** A folder with inputs, something else, a run, and the scripts. */
async function createWorld(): Promise<string> {
  const names = ['shipments.csv', 'fuel.jsonl.gz', 'my file.csv', 'it\'s "it".csv', 'notes.md', 'only.md'];
  const cwd = folderWith(Object.fromEntries(names.map((name) => [name, ''])));
  for (const folder of ['data', 'dcycle-upload/runs']) mkdirSync(join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, 'data/more.csv'), '');
  writeFileSync(join(cwd, 'dcycle-upload/runs', `${runId}.db`), '');
  for (const shell of shells) {
    const { code, stdout } = await dcycleUpload(['completion', shell]);
    expect(code).toBe(0);
    writeFileSync(join(cwd, `script.${shell}`), stdout);
  }
  return cwd;
}

/** Candidates for the last word of a command line, by shell; sorted. */
const complete: Readonly<Record<Shell, (line: string, cwd: string) => readonly string[]>> = {
  bash: (line, cwd) => run('bash', ['--norc', '--noprofile', '-c', bashDriver, 'bash', ...bashWords(line)], cwd),
  zsh: (line, cwd) => run('zsh', ['-f', '-c', zshDriver, 'zsh', line], cwd),
  fish: (line, cwd) => run('fish', ['-N', '-c', 'source script.fish; complete -C $argv[1]', line], cwd),
};

// Bash itself completes files where a completion has no words for it.
const bashDriver = String.raw`
. ./script.bash
compopt() { [[ "$*" == '+o default' ]] && default=''; return 0; }
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) default=1
last=$COMP_CWORD
[[ $\{COMP_WORDS[last]} == = ]] && typed='' || typed=$\{COMP_WORDS[last]}
_dcycle_upload dcycle-upload "$typed" "$\{COMP_WORDS[last-1]}"
if (($\{#COMPREPLY[@]} == 0)) && [[ $default ]]; then compgen -f -- "$typed"; else printf '%s\n' "$\{COMPREPLY[@]}"; fi
`.replaceAll(String.raw`$\{`, '${');

/** The words as bash breaks them. */
const bashWords = (line: string): readonly string[] => line.split(/ |(?<=[=:])|(?=[=:])/);

// A shell in a pseudo-terminal, whose completions are printed instead of shown.
const zshDriver = String.raw`
zmodload zsh/zpty
zpty shell zsh -f -i
quiet() { zpty -r -m shell ignored '*READY*' }
zpty -w shell 'PS1=; autoload -Uz compinit; compinit -u -D; . ./script.zsh; zstyle ":completion:*" list-colors ""; stty -echo; LISTMAX=1000
compadd() {
  [[ $1 == -O || $1 == -A || $1 == -D || " $* " == *" -O "* || " $* " == *" -A "* || " $* " == *" -D "* ]] && { builtin compadd "$@"; return }
  local -a found
  builtin compadd -O found "$@"
  (( $#found )) && print -rl -- CANDIDATE\ $^found
  builtin compadd "$@"
}
bindkey "^I" complete-word; print READ""Y'
quiet
zpty -w -n shell "$1"$'\t'
sleep 1
zpty -w -n shell $'\x03'
zpty -w shell 'print READ""Y'
zpty -r -m shell output '*READY*'
print -r -- "$output" | tr -d '\r' | sed -n 's/.*CANDIDATE //p'
`;

function run(command: string, args: readonly string[], cwd: string): readonly string[] {
  const { stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: cwd, XDG_STATE_HOME: cwd, LC_ALL: 'C.UTF-8', TERM: 'xterm' },
  });
  expect(stderr).toBe('');
  const candidates = stdout.split('\n').filter((line) => line !== '');
  return [...new Set(candidates.map((line) => line.replace(/\t.*|\/$/, '').replace(/^--[a-z-]+=/, '')))].toSorted();
}

const fieldsOfShipmentsWithC = ['category=', 'cleaning=', 'client='];

const cases: readonly (readonly [line: string, candidates: readonly string[]])[] = [
  ['dcycle-upload re', ['recharges', 'requests', 'results', 'resume']],
  ['dcycle-upload runs ', ['prune', 'show']],
  ['dcycle-upload help ru', ['runs']],
  ['dcycle-upload inspect ', ['recharges', 'requests']],
  ['dcycle-upload completion ', ['bash', 'fish', 'zsh']],
  ['dcycle-upload requests --format ', ['csv', 'jsonl']],
  ['dcycle-upload requests --format=', ['csv', 'jsonl']],
  ['dcycle-upload requests a.csv --date-format d', ['dmy']],
  ['dcycle-upload requests --by ', ['package', 'shipment']],
  ['dcycle-upload requests --set c', fieldsOfShipmentsWithC],
  ['dcycle-upload recharges --map f', ['fuel=', 'fuel_id=', 'fuel.jsonl.gz']],
  ['dcycle-upload requests --set category=road --set cl', ['cleaning=', 'client=']],
  ['dcycle-upload requests --encoding windows', ['windows-1252']],
  ['dcycle-upload requests --delimiter t', ['tab']],
  ['dcycle-upload resume ', [runId]],
  ['dcycle-upload runs show 3f', [runId]],
  ['dcycle-upload requests --out no', ['notes.md']],
  ['dcycle-upload requests data/', ['data/more.csv']],
  ['dcycle-upload requests onl', ['only.md']],
  ['dcycle-upload requests -- ship', ['shipments.csv']],
  ['dcycle-upload requests shipments.csv fuel', ['fuel.jsonl.gz']],
  ['dcycle-upload requests --json --j', []],
  ['dcycle-upload requests --format=csv --f', ['--factors']],
  ['dcycle-upload requests --set a=b --se', ['--set']],
  ['dcycle-upload requests --org ', []],
];

describe.each(shells)('%s', (shell) => {
  test.skipIf(isMissing(shell))(`accepts the script (needs ${shell})`, async () => {
    const cwd = await createWorld();
    const check = shell === 'fish' ? '--no-execute' : '-n';
    expect(run(shell, [check, `script.${shell}`], cwd)).toEqual([]);
  });

  test.skipIf(isMissing(shell))(`completes commands, options, values and files (needs ${shell})`, async () => {
    const cwd = await createWorld();
    const found = cases.map(([line]) => [line, complete[shell](line, cwd)]);
    expect(found).toEqual(cases.map(([line, candidates]) => [line, candidates.toSorted()]));
  });
});
