import { shellQuote } from '../upload/command-line.ts';
import type { ArgumentNode, CommandNode, OptionNode } from './command-tree.ts';
import { compressedEnds, inputExtensions, runIdsFile, type Values } from './values.ts';

/**
 * The completion script of bash, 3.2 (macOS) and later. It holds all commands, options and words, so that no process is
 * started at a TAB; older versions lack `compopt` and put a space after `field=`.
 */
export const bashScript = (commands: readonly CommandNode[]): string => `# Completion of dcycle-upload for bash.
# Put this line into ~/.bashrc:
#   eval "$(dcycle-upload completion bash)"
# Or, with the package bash-completion, keep it as a file, and write it again after an update:
#   dcycle-upload completion bash > ~/.local/share/bash-completion/completions/dcycle-upload

# What can follow a command; fails where there is none of this name.
_dcycle_upload_command() {
  case $1 in
${commands.map(commandCase).join('')}    *) return 1 ;;
  esac
}

# What the value of an option can be, or the argument at a place.
_dcycle_upload_values() {
  case $1 in
${commands.flatMap(valueCases).join('')}  esac
}

_dcycle_upload_run_ids() {
  local id ids="\${XDG_STATE_HOME:-$HOME/${runIdsFile.home}}/${runIdsFile.path}"
  [[ -r $ids ]] || return 0
  while IFS= read -r id; do
    candidates+=" $id"
  done < "$ids"
}

# The files that rows are read from, and folders; where there are none, bash completes any file.
_dcycle_upload_inputs() {
  local file typed=$1 folders=()
  typed=\${typed#[\\"\\']}
  typed=\${typed//\\\\/}
  while IFS= read -r file; do
    case $file in
      ${inputExtensions.flatMap((extension) => ['', ...compressedEnds.map((end) => `.${end}`)].map((end) => `*.${extension}${end}`)).join(' | ')}) COMPREPLY+=("$file") ;;
      *) [[ -d \${file/#\\~/$HOME} ]] && folders+=("$file") ;;
    esac
  done < <(compgen -f -- "$typed")
  ((\${#COMPREPLY[@]} == 0)) || COMPREPLY+=("\${folders[@]}")
  type compopt &>/dev/null && compopt -o filenames
  return 0
}

# Files in addition to words; with -o filenames bash would quote the = of the words.
_dcycle_upload_quoted_files() {
  local file
  while IFS= read -r file; do
    printf -v file %q "$file"
    COMPREPLY+=("$file")
  done < <(compgen -f -- "$1")
}

_dcycle_upload() {
  local commands='' options='' valued='' repeatable='' candidates='' files=''
  local word words=() glue='' command='' option='' rest='' given=' ' place=0
  # Bash breaks words at = and :, which are parts of words here.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if ((\${#words[@]} > 0)) && [[ $glue || $word =~ ^[=:]+$ ]]; then words[\${#words[@]}-1]+=$word; else words+=("$word"); fi
    [[ $word =~ ^[=:]+$ ]] && glue=1 || glue=''
  done
  local last=$((\${#words[@]} - 1)) lead=''
  local current=\${words[last]}
  local whole=$current
  _dcycle_upload_command ''
  for word in "\${words[@]:0:last}"; do
    if [[ $option && $valued == *" $option "* ]] || [[ $option && $word != -* ]]; then
      option=''
    elif [[ -z $rest && $word == -- ]]; then
      rest=1 option=''
    elif [[ -z $rest && $word == -?* ]]; then
      given+="\${word%%=*} "
      option=''
      [[ $valued == *" $word "* || $valued == *" $word? "* ]] && option=$word
    elif ((place == 0)) && _dcycle_upload_command "\${command:+$command }$word"; then
      command="\${command:+$command }$word"
    else
      ((place += 1))
    fi
  done
  # The value of an option that can do without one.
  [[ $option && $valued != *" $option "* ]] && option=''
  if [[ -z $rest && -z $option && $current == --*=* ]]; then
    option=\${current%%=*} lead=\${current%%=*}= current=\${current#*=}
  fi
  if [[ $option ]]; then
    _dcycle_upload_values "$command $option"
  elif [[ -z $rest && $current == -* ]]; then
    for word in $options; do
      [[ $given == *" $word "* && $repeatable != *" $word "* ]] || candidates+=" $word"
    done
  else
    _dcycle_upload_values "$command $place"
    ((place > 0)) || candidates="$commands $candidates"
  fi
  COMPREPLY=()
  # Bash replaces only what comes after the last = or :, which it gives as $2.
  local kept=\${whole%"$2"}
  for word in $candidates; do
    [[ $word == "$current"* ]] && word=$lead$word && COMPREPLY+=("\${word#"$kept"}")
  done
  [[ $files != any || \${#COMPREPLY[@]} == 0 ]] || _dcycle_upload_quoted_files "$current"
  if type compopt &>/dev/null; then
    [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace
    [[ $files ]] || compopt +o default
  fi
  [[ $files != inputs ]] || _dcycle_upload_inputs "$current"
  return 0
}

complete -o default -F _dcycle_upload dcycle-upload
`;

function commandCase({ path, commands, options }: CommandNode): string {
  const names = (which: (option: OptionNode) => boolean, mark = ''): string =>
    options
      .filter(which)
      .flatMap((option) => option.names)
      .map((name) => `${name}${mark} `)
      .join('');
  const required = names(({ takesValue }) => takesValue === 'required');
  const optional = names(({ takesValue }) => takesValue === 'optional', '?');
  return `    ${quoted(path.join(' '))})
      commands=${quoted(commands.map(({ name }) => name).join(' '))}
      options=${quoted(names(() => true))}
      valued=${quoted(` ${required}${optional}`)}
      repeatable=${quoted(` ${names(({ isRepeatable }) => isRepeatable)}`)}
      ;;
`;
}

/** One line for each option and argument of which something is known. */
const valueCases = ({ path, options, arguments: places }: CommandNode): readonly string[] => {
  const command = path.join(' ');
  return [
    ...options.flatMap(({ names, values }) => names.map((name) => valueCase(quoted(`${command} ${name}`), values))),
    ...places.map((argument, place) => valueCase(placePattern(command, argument, place), argument.values)),
  ];
};

const placePattern = (command: string, { isVariadic }: ArgumentNode, place: number): string =>
  isVariadic ? `${quoted(`${command} `)}[0-9]*` : quoted(`${command} ${String(place)}`);

function valueCase(pattern: string, { words, files, runIds }: Values): string {
  const known = [
    ...(words.length > 0 ? [`candidates=${quoted(words.join(' '))}`] : []),
    ...(files === undefined ? [] : [`files=${files}`]),
    ...(runIds === true ? ['_dcycle_upload_run_ids'] : []),
  ];
  return known.length > 0 ? `    ${pattern}) ${known.join(' ')} ;;\n` : '';
}

const quoted = (text: string): string => (text === '' ? "''" : shellQuote(text));
