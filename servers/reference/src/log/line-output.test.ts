import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { LineOutput } from './line-output.ts';
import type { LineOutputOptions } from './line-output.ts';

const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;
const describeDropped = (count: number) => `dropped ${count}\n`;

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A pipe with a name, so that both of its ends can be opened and closed. */
function createPipe(): string {
  const path = join(createFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

function open(path: string, flags: number | string): { readonly descriptor: number; close(): void } {
  const descriptor = openSync(path, flags);
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  onTestFinished(close);
  return { descriptor, close };
}

/** An output that ends with its test: another test may be given the same descriptor. */
function createOutput(options: LineOutputOptions): LineOutput {
  const output = new LineOutput(options);
  onTestFinished(async () => void (await output.end(60_000)));
  return output;
}

/** What can be read now. */
function readNow(descriptor: number): string {
  const bytes = Buffer.alloc(65_536);
  try {
    return bytes.toString('utf8', 0, readSync(descriptor, bytes));
  } catch {
    return '';
  }
}

/** Reads until the text ends with what is expected. */
async function readUntil(descriptor: number, end: string): Promise<string> {
  let text = '';
  await expect.poll(() => (text += readNow(descriptor)).endsWith(end), { interval: 5 }).toBe(true);
  return text;
}

test('lines come in order and whole, however many at once', async () => {
  const path = join(createFolder(), 'log');
  const { descriptor } = open(path, 'a');
  const output = createOutput({ descriptor });
  const lines = Array.from({ length: 1_000 }, (_, index) => `${index} ${'é'.repeat(index % 50)}\n`);
  for (const line of lines) output.write(line);
  await output.flush(60_000);
  output.write('last\n');
  expect(await output.flush(60_000)).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(`${lines.join('')}last\n`);
  expect([output.droppedLines, await output.end(60_000)]).toEqual([0, true]);
});

// The kernel of Linux has a device that is always full.
if (existsSync('/dev/full')) {
  test('a full disk: every line is counted, and nothing fails', async () => {
    const { descriptor } = open('/dev/full', 'w');
    const output = createOutput({ descriptor, describeDropped });
    for (let index = 0; index < 10; index += 1) output.write(`${index}\n`);
    expect(await output.flush(60_000)).toBe(false);
    expect(output.droppedLines).toBe(10);
  });
}

describe('a pipe', () => {
  test('whose reader goes and comes back has the number of lines that it missed', async () => {
    const path = createPipe();
    const first = open(path, O_RDONLY | O_NONBLOCK);
    const { descriptor } = open(path, O_WRONLY | O_NONBLOCK);
    const output = createOutput({ descriptor, describeDropped });
    output.write('one\n');
    expect(await readUntil(first.descriptor, 'one\n')).toBe('one\n');
    first.close();
    output.write('two\n');
    output.write('three\n');
    await output.flush(60_000);
    expect(output.droppedLines).toBe(2);
    const second = open(path, O_RDONLY | O_NONBLOCK);
    expect(await readUntil(second.descriptor, 'dropped 2\n')).toBe('dropped 2\n');
    output.write('four\n');
    expect(await readUntil(second.descriptor, 'four\n')).toBe('four\n');
    expect(output.droppedLines).toBe(2);
  });

  test('that nobody reads: so many bytes wait, the lines beyond are dropped whole, and the rest comes later', async () => {
    const { descriptor } = open(createPipe(), O_RDWR | O_NONBLOCK);
    const output = createOutput({ descriptor, describeDropped, waitingBytes: 100_000 });
    const line = (index: number) => `${String(index).padStart(8, '0')} ${'x'.repeat(990)}\n`;
    for (let index = 0; index < 1_000; index += 1) output.write(line(index));
    await output.flush(50);
    expect(output.droppedLines).toBe(900);
    expect(await readUntil(descriptor, 'dropped 900\n')).toBe(
      `${Array.from({ length: 100 }, (_, index) => line(index)).join('')}dropped 900\n`,
    );
  });

  test("that nobody reads and that waits costs one of Node's threads, so that the others still work", async () => {
    const path = createPipe();
    const reader = open(path, O_RDONLY | O_NONBLOCK);
    const { descriptor } = open(path, O_WRONLY);
    const output = createOutput({ descriptor });
    output.write(`${'x'.repeat(99_999)}\n`);
    for (let index = 0; index < 20; index += 1) output.write(`${index}\n`);
    expect(await output.flush(50)).toBe(false);
    expect((await stat(tmpdir())).isDirectory()).toBe(true);
    expect(await output.end(50)).toBe(false);
    expect(await readUntil(reader.descriptor, 'x\n')).toHaveLength(100_000);
    expect(await output.end(60_000)).toBe(true);
  });
});
