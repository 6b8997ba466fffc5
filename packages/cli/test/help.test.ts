import { spawnSync } from 'node:child_process';

import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';

import { completionScripts } from '../src/completion-scripts.ts';
import { createProgram } from '../src/program.ts';
import { holdfast } from './command-line.ts';

/** Every command that does something, as its words. */
function commandsOf(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  if (command.commands.length === 0) return [path];
  return command.commands.flatMap((each) => commandsOf(each, [...path, each.name()]));
}

describe('--help', () => {
  test.each(commandsOf(createProgram()).map((path) => path.join(' ')))('of `%s` has an example of it', (path) => {
    let help = '';
    const program = createProgram();
    const command = path
      .split(' ')
      .reduce((found, name) => found.commands.find((each) => each.name() === name) ?? found, program);
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(new RegExp(String.raw`Examples?:\n(?:.*\n)*?.*\$.*holdfast ${path}`, 'u'));
    expect(help).toContain('--json');
  });

  test('goes to standard output', async () => {
    expect(await holdfast(['keys', 'create', '--help'])).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('holdfast keys create'),
      errors: '',
    });
  });
});

describe('completion', () => {
  test('prints the script for a shell', async () => {
    const { exitCode, output } = await holdfast(['completion', 'bash']);
    expect([exitCode, output]).toEqual([0, completionScripts.bash(createProgram())]);
  });

  test.each([
    ['holdfast', 'te', 'tenants'],
    ['holdfast keys', 'ro', 'rotate'],
    ['holdfast --json keys create Label', '--sc', '--scope'],
    ['holdfast keys create', '--ur', '--url'],
    ['holdfast keys create', '--vers', ''],
  ])('bash completes `%s %s`', (before, word, completed) => {
    const words = [...before.split(' '), word];
    const call = `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _holdfast; echo "\${COMPREPLY[*]}"`;
    const script = `${completionScripts.bash(createProgram())}\n${call}`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
    expect([stdout.trim(), stderr]).toEqual([completed, '']);
  });

  // Where the shell is installed.
  for (const [shell, ...check] of [
    ['zsh', '-n'],
    ['fish', '--no-execute'],
  ] as const) {
    if (spawnSync(shell, ['--version']).error !== undefined) continue;
    test(`${shell} can read its script`, () => {
      const input = completionScripts[shell](createProgram());
      expect(spawnSync(shell, check, { input, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    });
  }
});
