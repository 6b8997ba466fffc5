/**
 * Measures a checkout: `pnpm measure [folder]`. Lines by package and kind, how long files and functions are, the
 * largest of each, wide lines and repeated lines. Only tracked files count, so two checkouts can be compared.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { argv } from 'node:process';

import ts from 'typescript';

const kinds = ['source', 'tests', 'docs', 'other', 'generated'] as const;
type Kind = (typeof kinds)[number];

interface MeasuredFile {
  readonly path: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly lines: readonly string[];
}

interface Measured {
  readonly name: string;
  readonly length: number;
}

const widestLine = 120;
const repeatedFrom = 8;
const root = resolve(argv[2] ?? join(import.meta.dirname, '..'));

function git(args: readonly string[], input = ''): string[] {
  const output = execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', input, maxBuffer: 2 ** 28 });
  return output.split('\0').filter((part) => part !== '');
}

function markedAsGenerated(paths: readonly string[]): Set<string> {
  const fields = git(['check-attr', '-z', '--stdin', 'linguist-generated'], paths.join('\0'));
  return new Set(fields.filter((_, index) => index % 3 === 0 && ['set', 'true'].includes(fields[index + 2] ?? '')));
}

function kindOf(path: string): Kind {
  if (path.endsWith('.md')) return 'docs';
  if (!/\.[cm]?[jt]sx?$/.test(path)) return 'other';
  return /\.test\.[a-z]+$|(^|\/)test\//.test(path) ? 'tests' : 'source';
}

/** The package or workspace folder that a file belongs to. */
function unitOf(path: string): string {
  const [top = '', name = '', ...rest] = path.split('/');
  if (name === '') return '(root)';
  return ['packages', 'servers', 'examples'].includes(top) && rest.length > 0 ? `${top}/${name}` : top;
}

function readFiles(): MeasuredFile[] {
  const paths = git(['ls-files', '-z']);
  const marked = markedAsGenerated(paths);
  return paths.flatMap((path) => {
    const text = readFileSync(join(root, path));
    if (text.includes(0)) return [];
    const isGenerated = marked.has(path) || /(^|\/)generated\//.test(path) || path === 'pnpm-lock.yaml';
    const lines = text.toString().replace(/\n$/, '').split('\n');
    return [{ path, unit: unitOf(path), kind: isGenerated ? 'generated' : kindOf(path), lines }];
  });
}

/** Functions with a body in braces; `(row) => row.id` isn't one to be measured. */
function functionsOf({ path, lines }: MeasuredFile): Measured[] {
  const file = ts.createSourceFile(path, lines.join('\n'), ts.ScriptTarget.Latest, true);
  const found: Measured[] = [];
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && ts.isBlock(node.body)) {
      const named = ts.isArrowFunction(node) || ts.isFunctionExpression(node) ? node.parent : node;
      const name = ('name' in named && (named.name as ts.Node | undefined)?.getText(file)) || 'function';
      const start = lineOf(node.getStart(file));
      found.push({ name: `${name} (${path}:${start + 1})`, length: lineOf(node.end) - start + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Lines in blocks of code that stand somewhere else as well, spaces, comments and imports left out. */
function countRepeatedLines(files: readonly MeasuredFile[]): number {
  const seen = new Map<string, string>();
  const repeated = new Set<string>();
  for (const { path, lines } of files) {
    const code = lines.map((line, index) => ({ text: line.trim(), at: `${path}:${index}` }));
    const dense = code.filter(({ text }) => text !== '' && !/^(\/?\*|\/\/|import |\} from )/.test(text));
    for (let index = 0; index + repeatedFrom <= dense.length; index += 1) {
      const block = dense.slice(index, index + repeatedFrom);
      const text = block.map((line) => line.text).join('\n');
      const earlier = seen.get(text);
      if (earlier === undefined) seen.set(text, block.map(({ at }) => at).join('\0'));
      else for (const at of [...earlier.split('\0'), ...block.map((line) => line.at)]) repeated.add(at);
    }
  }
  return repeated.size;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((one, other) => one - other);
  const rank = (part: number) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? '-';
  return `${rank(0.5)} / ${rank(0.9)} / ${rank(1)}`;
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |`;
}

const ofKind = (kind: Kind, files: readonly MeasuredFile[]) => files.filter((file) => file.kind === kind);
const linesIn = (files: readonly MeasuredFile[]) => sum(files.map(({ lines }) => lines.length));

/** One line of the table: how many lines of each kind, and the shape of the source. */
function summarize(name: string, files: readonly MeasuredFile[]): string {
  const source = ofKind('source', files);
  const lengths = source.map(({ lines }) => lines.length);
  const functions = source.flatMap(functionsOf).map(({ length }) => length);
  const byKind = kinds.map((kind) => linesIn(ofKind(kind, files)));
  return row([name, files.length, linesIn(files), ...byKind, source.length, spread(lengths), spread(functions)]);
}

function printLargest(title: string, items: readonly Measured[]): void {
  console.log(`\n${title}\n`);
  const largest = items.toSorted((one, other) => other.length - one.length).slice(0, 5);
  for (const { name, length } of largest) console.log(`- ${length}: ${name}`);
}

const files = readFiles();
const [source, tests] = [ofKind('source', files), ofKind('tests', files)];
const wide = [...source, ...tests].flatMap(({ lines }) => lines).filter((line) => line.length > widestLine);
const generatedShare = (100 * linesIn(ofKind('generated', files))) / linesIn(files);
const toMeasured = ({ path, lines }: MeasuredFile): Measured => ({ name: path, length: lines.length });

const shape = ['source files', 'file median / p90 / max', 'function median / p90 / max'];
console.log(row(['', 'files', 'lines', ...kinds, ...shape]));
console.log(row(['---', ...Array.from({ length: kinds.length + 3 }, () => '---:'), '---', '---']));
console.log(summarize('everything', files));
const byUnit = Object.groupBy(files, ({ unit }) => unit);
for (const unit of Object.keys(byUnit).toSorted()) console.log(summarize(unit, byUnit[unit] ?? []));

console.log(`\nGenerated lines: ${generatedShare.toFixed(1)} %`);
console.log(`Lines of source and tests over ${widestLine} columns: ${wide.length}`);
console.log(`Lines of source in blocks of ${repeatedFrom} or more that are repeated: ${countRepeatedLines(source)}`);
printLargest('Largest source files', source.map(toMeasured));
printLargest('Largest test files', tests.map(toMeasured));
printLargest('Largest functions in source', source.flatMap(functionsOf));
