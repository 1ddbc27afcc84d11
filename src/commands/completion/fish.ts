import type { CommandNode, OptionNode } from './command-tree.ts';
import { compressedEnds, inputExtensions, runIdsFile, type Values } from './values.ts';

/** The completion script of fish, 3.2 and later. */
export const fishScript = (commands: readonly CommandNode[]): string => `# Completion of dcycle-upload for fish.
# Put this line into ~/.config/fish/completions/dcycle-upload.fish:
#   dcycle-upload completion fish | source

# The command before the cursor, and how many arguments it has: "runs show 0".
function __dcycle_upload_place
    set -l command
    set -l place 0
    set -l option
    for word in (commandline -opc)[2..-1]
        set -l longer (string join ' ' -- $command $word)
        if test "$option" = --
            set place (math $place + 1)
        else if test -n "$option"
            set option
        else if test "$word" = --
            set option --
        else if string match -q -- '-?*' $word
            contains -- "$command $word" $__dcycle_upload_valued; and set option $word
        else if test $place -eq 0; and contains -- $longer $__dcycle_upload_commands
            set command $longer
        else
            set place (math $place + 1)
        end
    end
    echo "$command $place"
end

function __dcycle_upload_at
    string match -q -- "$argv[1] *" (__dcycle_upload_place)
end

function __dcycle_upload_argument
    contains -- (__dcycle_upload_place) $argv
end

# Whether an option has been given.
function __dcycle_upload_given
    set -l words (commandline -opc)
    for name in $argv
        contains -- $name $words; and return 0
    end
    return 1
end

# The same of an option with a value, whose last word may be the one that is typed.
function __dcycle_upload_given_value
    set -l words (commandline -opc)
    string match -q -- "$argv[1]=*" $words; or contains -- $argv[1] $words[1..-2]
end

# The files that rows are read from, folders, then all others.
function __dcycle_upload_inputs
    set -l files (complete -C "__fish_command_without_completions "(commandline -ct))
    string match -ri -- '.*\\.(?:${inputExtensions.join('|')})(?:\\.(?:${compressedEnds.join('|')}))?$' $files
    string match -r -- '.*/$' $files
    string join \\n -- $files
end

function __dcycle_upload_run_ids
    set -l state $XDG_STATE_HOME
    test -n "$state"; or set state $HOME/${runIdsFile.home}
    test -r $state/${runIdsFile.path}; and cat $state/${runIdsFile.path}
end

set -g __dcycle_upload_commands ${commands.map(({ path }) => quoted(path.join(' '))).join(' ')}
set -g __dcycle_upload_valued${commands.flatMap(valuedOptions).join('')}

complete -c dcycle-upload -e
complete -c dcycle-upload -f
${commands.flatMap(commandLines).join('\n')}
`;

const valuedOptions = ({ path, options }: CommandNode): readonly string[] =>
  options
    .filter(({ takesValue }) => takesValue === 'required')
    .flatMap(({ names }) => names.map((name) => ` \\\n    ${quoted(`${path.join(' ')} ${name}`)}`));

function commandLines({ path, commands, options, arguments: places }: CommandNode): readonly string[] {
  const command = path.join(' ');
  return [
    ...commands.map(({ name, description }) =>
      line(`__dcycle_upload_argument ${quoted(`${command} 0`)}`, `-a ${name} -d ${quoted(description)}`),
    ),
    ...places.flatMap(({ values, isVariadic }, place) => {
      const condition = isVariadic
        ? `__dcycle_upload_at ${quoted(command)}`
        : `__dcycle_upload_argument ${quoted(`${command} ${String(place)}`)}`;
      const offers = offersOf(values);
      return offers.length > 0 ? [line(condition, offers.join(' '))] : [];
    }),
    ...options.map((option) => optionLine(command, option)),
  ];
}

function optionLine(command: string, { names, description, takesValue, values, isRepeatable }: OptionNode): string {
  const at = `__dcycle_upload_at ${quoted(command)}`;
  const given = takesValue === 'required' ? '__dcycle_upload_given_value' : '__dcycle_upload_given';
  const condition = isRepeatable ? at : `${at}; and not ${given} ${names.join(' ')}`;
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = takesValue === 'required' ? [values.files === 'any' ? '-r' : '-x', ...offersOf(values)] : [];
  return line(condition, [...flags, ...value, `-d ${quoted(description)}`].join(' '));
}

/** What is offered for a value: files only where they are meant. */
function offersOf({ words, files, runIds }: Values): readonly string[] {
  const offered = [
    ...words,
    ...(files === 'inputs' ? ['(__dcycle_upload_inputs)'] : []),
    ...(runIds === true ? ['(__dcycle_upload_run_ids)'] : []),
  ];
  return [
    ...(files === 'any' ? ['-F'] : []),
    ...(files === 'inputs' ? ['-k'] : []),
    ...(offered.length > 0 ? [`-a ${quoted(offered.join(' '))}`] : []),
  ];
}

const line = (condition: string, rest: string): string => `complete -c dcycle-upload -n ${quoted(condition)} ${rest}`;

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
