import { Option } from 'commander';
import type { Command } from 'commander';

import { given } from './arguments.ts';

/** Where API keys are, or JWTs are trusted. */
export interface Place {
  readonly tenant?: string;
  readonly environment?: 'live' | 'test';
}

/** @param environment - the one that is meant unless another is named; else that of the API key. */
export function inPlace(command: Command, environment = "the API key's"): Command {
  return command
    .option('--tenant <id>', "the tenant (the API key's)")
    .addOption(new Option('--environment <name>', `the environment (${environment})`).choices(['live', 'test']));
}

export function placeQuery({ tenant, environment }: Place) {
  return given({ tenant_id: tenant, environment });
}
