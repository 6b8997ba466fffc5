import type { Command } from 'commander';

/** A place in the command line, such as `keys create`, and what can stand next. */
interface Level {
  readonly path: string;
  readonly commands: readonly Described[];
  readonly options: readonly Described[];
}

interface Described {
  readonly word: string;
  readonly description: string;
}

/** The script for each shell, made of the commands and options that there are. */
export const completionScripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

export type Shell = keyof typeof completionScripts;

function levelsOf(command: Command, path: string, inherited: readonly Described[]): readonly Level[] {
  const own = command.createHelp().visibleOptions(command);
  const described = own.map(({ long, description }) => ({ word: long ?? '', description }));
  const options = [...described, ...inherited];
  const commands = command.commands.map((each) => ({ word: each.name(), description: each.description() }));
  const below = command.commands.flatMap((each) =>
    levelsOf(each, `${path} ${each.name()}`.trim(), globalOptions(path === '' ? described : inherited)),
  );
  return [{ path, commands, options }, ...below];
}

/** Each command has its own help, and none but the first its version. */
function globalOptions(options: readonly Described[]): readonly Described[] {
  return options.filter(({ word }) => word !== '--help' && word !== '--version');
}

/** What finds, in the words before the cursor, how deep in the commands it stands. The same in bash and zsh. */
function findPath(levels: readonly Level[], word: string): string {
  const paths = levels.flatMap(({ path }) => (path === '' ? [] : [`"${path}"`]));
  return `    case "\${place:+$place }${word}" in
      ${paths.join('|')}) place="\${place:+$place }${word}" ;;
    esac`;
}

function wordsByPath(levels: readonly Level[]): string {
  return levels
    .map(({ path, commands, options }) => {
      const words = [...commands, ...options].map(({ word }) => word).join(' ');
      return `    "${path}") words="${words}" ;;`;
    })
    .join('\n');
}

function bashScript(program: Command): string {
  const levels = levelsOf(program, '', []);
  return `_holdfast() {
  local place="" words="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
${findPath(levels, '${COMP_WORDS[index]}')}
  done
  case "$place" in
${wordsByPath(levels)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _holdfast holdfast
`;
}

function zshScript(program: Command): string {
  const levels = levelsOf(program, '', []);
  return `#compdef holdfast
_holdfast() {
  local place="" words_here="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
${findPath(levels, '$word')}
  done
  case "$place" in
${wordsByPath(levels).replaceAll('words=', 'words_here=')}
  esac
  compadd -- \${(s: :)words_here}
  _files
}
compdef _holdfast holdfast
`;
}

function fishScript(program: Command): string {
  const levels = levelsOf(program, '', []);
  const quote = (text: string) => `'${text.replaceAll(/['\\]/gu, String.raw`\$&`)}'`;
  const paths = levels.flatMap(({ path }) => (path === '' ? [] : [quote(path)]));
  const lines = levels.flatMap(({ path, commands, options }) => {
    const condition = quote(`test (__holdfast_place) = "${path}"`);
    return [
      ...commands.map(
        ({ word, description }) => `complete -c holdfast -f -n ${condition} -a ${word} -d ${quote(description)}`,
      ),
      ...options.map(
        ({ word, description }) => `complete -c holdfast -n ${condition} -l ${word.slice(2)} -d ${quote(description)}`,
      ),
    ];
  });
  return `function __holdfast_place
  set -l place ''
  for word in (commandline -opc)[2..]
    set -l next (string trim -- "$place $word")
    contains -- $next ${paths.join(' ')}; and set place $next
  end
  echo "$place"
end
${lines.join('\n')}
`;
}
