import { Argument } from 'commander';
import type { Command } from 'commander';

import { completionScripts } from '../completion-scripts.ts';
import type { Shell } from '../completion-scripts.ts';
import { example } from './example.ts';

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('Prints a script that lets a shell complete commands and options.')
    .addArgument(new Argument('<shell>').choices(Object.keys(completionScripts)))
    .addHelpText(
      'after',
      example(
        'source <(holdfast completion bash)',
        'source <(holdfast completion zsh)',
        'holdfast completion fish > ~/.config/fish/completions/holdfast.fish',
      ),
    )
    .action((shell: Shell) => {
      process.stdout.write(completionScripts[shell](program));
    });
}
