import type { ArgumentNode, CommandNode, OptionNode } from './command-tree.ts';
import { compressedEnds, inputExtensions, runIdsFile, type Values } from './values.ts';

/** The completion script of zsh: a function for each command, over `_arguments`. */
export const zshScript = (commands: readonly CommandNode[]): string => `#compdef dcycle-upload
# Completion of dcycle-upload for zsh.
# Put this line into ~/.zshrc, below compinit:
#   eval "$(dcycle-upload completion zsh)"
# Or keep it as a file in a folder of $fpath, and write it again after an update:
#   dcycle-upload completion zsh > "\${fpath[1]}/_dcycle-upload"

_dcycle-upload_run_ids() {
  local -a ids
  local file=\${XDG_STATE_HOME:-$HOME/${runIdsFile.home}}/${runIdsFile.path}
  [[ -r $file ]] && ids=(\${(f)"$(<$file)"})
  compadd -- $ids
}

${commands.map(commandFunction).join('\n')}
if [[ $funcstack[1] == _dcycle-upload ]]; then
  _dcycle-upload "$@"
else
  compdef _dcycle-upload dcycle-upload
fi
`;

const functionOf = (path: readonly string[]): string => ['_dcycle-upload', ...path].join('_');

function commandFunction({ path, commands, options, arguments: places }: CommandNode): string {
  const specs = [...options.map(optionSpec), ...places.map(argumentSpec)];
  if (commands.length === 0) return `${functionOf(path)}() {\n  _arguments -S${lines(specs, '    ')}\n}\n`;
  return `${functionOf(path)}() {
  local curcontext=$curcontext context state state_descr line
  local -A opt_args
  local -a commands=(${commands.map(({ name, description }) => `\n    ${quoted(`${escaped(name)}:${description}`)}`).join('')}
  )
  _arguments -C -S${lines([...specs, quoted('1:command:->command'), quoted('*::argument:->rest')], '    ')}
  case $state in
    command) _describe -t commands command commands ;;
    rest)
      case $words[1] in
${commands.map(({ name }) => `        ${name}) ${functionOf([...path, name])} ;;\n`).join('')}      esac
      ;;
  esac
}
`;
}

const lines = (specs: readonly string[], indent: string): string =>
  specs.map((spec) => ` \\\n${indent}${spec}`).join('');

function optionSpec({ names, description, takesValue, valueName, values, isRepeatable }: OptionNode): string {
  const isLast = names.includes('--help') || names.includes('--version');
  const excluded = isRepeatable ? '*' : `(${isLast ? '- *' : names.join(' ')})`;
  const text = `[${escaped(description).replaceAll(/[[\]]/g, String.raw`\$&`)}]`;
  const value =
    takesValue === 'no' ? '' : `${takesValue === 'optional' ? '::' : ':'}${escaped(valueName)}:${action(values)}`;
  return names.map((name) => quoted(`${excluded}${name}${takesValue === 'no' ? '' : '='}${text}${value}`)).join(' ');
}

const argumentSpec = ({ name, values, isVariadic }: ArgumentNode, place: number): string =>
  quoted(`${isVariadic ? '*' : String(place + 1)}:${escaped(name)}:${action(values)}`);

/** What `_arguments` does for a value; a space is what it does for nothing. */
function action({ words, files, runIds }: Values): string {
  const open = words.filter((word) => /[=:]$/.test(word));
  const whole = words.filter((word) => !open.includes(word));
  const calls = [
    ...(whole.length > 0 ? [`compadd -- ${whole.join(' ')}`] : []),
    ...(open.length > 0 ? [`compadd -S "" -- ${escaped(open.join(' '))}`] : []),
    ...(files === 'any' ? ['_files'] : []),
    ...(files === 'inputs'
      ? [`_files -g "(#i)*.(${inputExtensions.join('|')})(|.(${compressedEnds.join('|')}))"`]
      : []),
    ...(runIds === true ? ['_dcycle-upload_run_ids'] : []),
  ];
  return calls.length > 0 ? `{${calls.join('; ')}}` : ' ';
}

/** A colon ends a part of a specification. */
const escaped = (text: string): string => text.replaceAll(':', String.raw`\:`);

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
