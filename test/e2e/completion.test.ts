import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { inputExtensions } from '../../src/commands/completion/values.ts';
import { createProgram } from '../../src/commands/program.ts';
import { extensions } from '../../src/input/formats.ts';
import { dcycleUpload, folderWith } from '../support/command.ts';
import { openTerminal } from '../support/tmux.ts';
import { isMissing } from '../support/tools.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const runId = '3f2a9c1e-7d3b-4f0e-9a51-0c8e5d2b7f10';

/** A folder with inputs, something else, a run, and the scripts. */
async function createWorld(): Promise<string> {
  const names = ['shipments.csv', 'fuel.jsonl.gz', 'my file.csv', 'it\'s "it".csv', 'notes.md', 'only.md'];
  const cwd = folderWith(Object.fromEntries(names.map((name) => [name, ''])));
  for (const folder of ['data', 'dcycle-upload/ledger']) mkdirSync(join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, 'data/more.csv'), '');
  writeFileSync(join(cwd, 'dcycle-upload/ledger/run-ids'), `${runId}\n`);
  for (const [name, text] of Object.entries(drivers)) writeFileSync(join(cwd, name), text);
  for (const shell of shells) {
    const { code, stdout } = await dcycleUpload(['completion', shell]);
    expect(code).toBe(0);
    writeFileSync(join(cwd, `script.${shell}`), stdout);
  }
  return cwd;
}

type Candidates = readonly (readonly string[])[];

/** The candidates for the last word of each command line, by shell. */
const complete: Readonly<Record<Shell, (lines: readonly string[], cwd: string) => Candidates>> = {
  bash: (lines, cwd) =>
    lines.map((line) => candidates(run('bash', ['--norc', 'bash.driver', ...bashWords(line)], cwd))),
  zsh: (lines, cwd) => split(run('zsh', ['-f', 'zsh.driver', ...lines], cwd)),
  fish: (lines, cwd) => split(run('fish', ['-N', 'fish.driver', ...lines], cwd)),
};

/** The words as bash breaks them. */
const bashWords = (line: string): readonly string[] => line.split(/ |(?<=[=:])|(?=[=:])/);

const drivers = {
  // Bash itself completes files where a completion has no words for it.
  'bash.driver': `
    . ./script.bash
    compopt() { [[ "$*" == '+o default' ]] && default=''; return 0; }
    default=1 COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    typed=\${COMP_WORDS[COMP_CWORD]#=}
    _dcycle_upload dcycle-upload "$typed"
    ((\${#COMPREPLY[@]} > 0)) || [[ -z $default ]] || COMPREPLY=($(compgen -f -- "$typed"))
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  'fish.driver': `
    source script.fish
    for line in $argv
      complete -C $line
      echo END
    end`,
  // A shell in a pseudo-terminal, as zsh completes only where something is typed.
  'zsh.driver': `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell '. ./zsh.inner'
    zpty -r -m shell output '*READY*'
    for line; do
      zpty -w -n shell $'\\x15'"$line"$'\\t'
      zpty -r -m shell output '*FINISHED*'
      print -r -- "$output" | tr -d '\\r' | sed -n 's/.*CANDIDATE //p'
      print END
    done`,
  'zsh.inner': `
    PS1=
    autoload -Uz compinit
    compinit -u -D
    . ./script.zsh
    compadd() {
      if [[ "\${@[1,(i)(-|--)]}" != *-[OAD]\\ * ]]; then
        local -a found path_prefix
        builtin compadd -O found "$@"
        zparseopts -E -a ignored p:=path_prefix
        (( $#found )) && print -rl -- CANDIDATE\\ $path_prefix[2]$^found
      fi
      builtin compadd "$@"
    }
    finish() { print; print FINISHED }
    complete_line() { comppostfuncs=(finish); zle complete-word }
    zle -N complete_line
    bindkey '^I' complete_line
    bindkey '^U' kill-whole-line
    print READY`,
};

function run(command: string, args: readonly string[], cwd: string): string {
  const { stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: cwd, XDG_STATE_HOME: cwd, LC_ALL: 'C.UTF-8', TERM: 'xterm' },
  });
  expect(stderr).toBe('');
  return stdout;
}

const split = (output: string): Candidates =>
  output
    .split(/^END\n/m)
    .slice(0, -1)
    .map(candidates);

/** Without what a shell adds for the eye, and sorted. */
const candidates = (output: string): readonly string[] =>
  [
    ...new Set(
      output
        .split('\n')
        .filter((line) => line !== '')
        .map((line) =>
          line
            .replace(/\t.*$/, '')
            .replace(/\/$/, '')
            .replace(/^--[a-z-]+=/, ''),
        ),
    ),
  ].toSorted();

const fieldsOfShipmentsWithC = ['category=', 'cleaning=', 'client='];

const cases: readonly (readonly [line: string, candidates: readonly string[]])[] = [
  ['dcycle-upload re', ['recharges', 'requests', 'results', 'resume']],
  ['dcycle-upload runs ', ['forget', 'prune', 'show']],
  ['dcycle-upload help ru', ['runs']],
  ['dcycle-upload inspect ', ['recharges', 'requests']],
  ['dcycle-upload completion ', ['bash', 'fish', 'zsh']],
  ['dcycle-upload requests --format ', ['csv', 'html', 'jsonl', 'ods', 'parquet', 'xlsx']],
  ['dcycle-upload requests --format=', ['csv', 'html', 'jsonl', 'ods', 'parquet', 'xlsx']],
  ['dcycle-upload requests a.csv --date-format d', ['dmy']],
  ['dcycle-upload requests --by ', ['package', 'shipment']],
  ['dcycle-upload requests --set c', fieldsOfShipmentsWithC],
  ['dcycle-upload recharges --map fu', ['fuel_id=', 'fuel.jsonl.gz']],
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
  ['dcycle-upload requests --set a=b --se', ['--seed', '--set', '--settle', '--settle-rounds']],
  ['dcycle-upload requests --org ', []],
];

/** Command lines that are about to have an option, with the options that their command has. */
const optionCases = (command: Command, line = 'dcycle-upload'): (readonly [line: string, candidates: string[]])[] => [
  [
    `${line} --`,
    command
      .createHelp()
      .visibleOptions(command)
      .flatMap(({ long }) => long ?? []),
  ],
  ...command.commands.flatMap((each) => optionCases(each, `${line} ${each.name()}`)),
];

describe.each(shells)('%s', (shell) => {
  test.skipIf(isMissing(shell))(`accepts the script (needs ${shell})`, async () => {
    const cwd = await createWorld();
    const check = shell === 'fish' ? '--no-execute' : '-n';
    expect(run(shell, [check, `script.${shell}`], cwd)).toBe('');
  });

  test.skipIf(isMissing(shell))(`completes commands, options, values and files (needs ${shell})`, async () => {
    const cwd = await createWorld();
    const all = [...cases, ...optionCases(await createProgram(async () => {}))];
    const lines = all.map(([line]) => line);
    const found = complete[shell](lines, cwd);
    expect(lines.map((line, index) => [line, found[index]])).toEqual(
      all.map(([line, expected]) => [line, expected.toSorted()]),
    );
  });
});

test('files of every input format are completed', () => {
  expect(inputExtensions).toEqual([...extensions.keys()]);
});

test.skipIf(isMissing('shellcheck'))(
  'shellcheck has nothing to say against the script of bash (needs shellcheck)',
  async () => {
    expect(run('shellcheck', ['-s', 'bash', 'script.bash'], await createWorld())).toBe('');
  },
);

test.skipIf(isMissing('tmux') || isMissing('bash'))(
  'a TAB in a terminal completes, and quotes (needs tmux)',
  async () => {
    const cwd = await createWorld();
    const terminal = await openTerminal('bash --norc --noprofile', { columns: 120, rows: 40, cwd });
    const typed = async (keys: string, expected: string): Promise<void> => {
      await terminal.press('C-u');
      await terminal.type(`${keys}\t`);
      await terminal.until(expected);
    };
    await terminal.type('. ./script.bash; echo $((1 + 1))READY\n');
    await terminal.until('2READY');
    await typed('dcycle-upload requ', 'dcycle-upload requests');
    await typed('dcycle-upload requests it', String.raw`dcycle-upload requests it\'s\ \"it\".csv`);
    await typed('dcycle-upload requests "my', 'dcycle-upload requests "my file.csv"');
    await typed('dcycle-upload requests --format=c', 'dcycle-upload requests --format=csv');
    await typed('dcycle-upload requests --set movement_i', 'dcycle-upload requests --set movement_id=');
    await typed('dcycle-upload requests --router os', 'dcycle-upload requests --router osrm:');
  },
);
