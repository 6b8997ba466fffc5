import { readFile } from 'node:fs/promises';

import type { JsonWebKeys, JwtIssuer, Scope } from '@holdfast/sdk';
import type { Command } from 'commander';

import { CommandError, UsageError } from '../exit-codes.ts';
import { given } from '../input/arguments.ts';
import { inPlace, placeQuery } from '../input/place.ts';
import type { Place } from '../input/place.ts';
import { collectScopes, scopesHelp } from '../input/scopes.ts';
import { list, time } from '../output/cells.ts';
import type { Printer } from '../output/printer.ts';
import { serve } from '../session.ts';
import { example } from './example.ts';

interface IssuerOptions extends Place {
  readonly issuer: string;
  readonly audience: string;
  readonly scope: Scope[];
  readonly jwksUri?: string;
  readonly jwksFile?: string;
}

export function addJwtIssuer(program: Command): void {
  const issuer = program
    .command('jwt-issuer')
    .description('Whose JWTs can be exchanged for tokens of an environment. Needs the scope keys:admin.');
  inPlace(issuer.command('get'))
    .description('Whose JWTs are trusted, and for what.')
    .addHelpText('after', example('holdfast jwt-issuer get'))
    .action(
      serve<[Place]>(async ({ holdfast, printer }, place) =>
        show(printer, await holdfast.admin.jwtIssuer.get(placeQuery(place))),
      ),
    );

  addSet(issuer);
  inPlace(issuer.command('delete'))
    .description('Trusts no JWTs any more.')
    .addHelpText('after', example('holdfast jwt-issuer delete --tenant acme --environment test'))
    .action(
      serve<[Place]>(async ({ holdfast, printer }, place) => {
        await holdfast.admin.jwtIssuer.delete(placeQuery(place));
        printer.about('No JWTs are trusted any more.');
      }),
    );
}

function addSet(issuer: Command): void {
  inPlace(issuer.command('set'))
    .description('Says whose JWTs to trust, instead of whoever was trusted before.')
    .requiredOption('--issuer <url>', 'what `iss` of a JWT must be')
    .requiredOption('--audience <text>', 'what `aud` of a JWT must be or hold')
    .requiredOption('--scope <scopes>', 'what a token may do, such as resources:write,events:read', collectScopes)
    .option('--jwks-uri <url>', 'where the issuer publishes its keys; or')
    .option('--jwks-file <file>', 'a file with its keys, as a JWK set')
    .addHelpText(
      'after',
      example(
        'holdfast jwt-issuer set --issuer https://id.example.com --audience holdfast --scope resources:write \\',
        '    --jwks-uri https://id.example.com/.well-known/jwks.json',
      ) + scopesHelp,
    )
    .action(
      serve<[IssuerOptions]>(
        async ({ holdfast, printer }, { issuer, audience, scope, jwksUri, jwksFile, ...place }) => {
          if ((jwksUri === undefined) === (jwksFile === undefined))
            throw new UsageError('Say where the keys are, with one of --jwks-uri and --jwks-file.');
          const keys = given({
            jwks_uri: jwksUri,
            jwks: jwksFile === undefined ? undefined : await readKeys(jwksFile),
          });
          // The server knows which scopes there are.
          const request = { issuer, audience, scopes: [...scope] as Scope[], ...keys };
          show(printer, await holdfast.admin.jwtIssuer.put(request, placeQuery(place)));
        },
      ),
    );
}

async function readKeys(file: string): Promise<JsonWebKeys> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandError(`${file} can't be read: ${error.message}.`);
  });
  try {
    return JSON.parse(text) as JsonWebKeys;
  } catch {
    throw new CommandError(`${file} is no JSON.`);
  }
}

function show(printer: Printer, issuer: JwtIssuer): void {
  printer.record(issuer, [
    ['tenant', issuer.tenant_id],
    ['environment', issuer.environment],
    ['issuer', issuer.issuer],
    ['audience', issuer.audience],
    ['keys', issuer.jwks_uri ?? `${issuer.jwks?.keys.length ?? 0} of its own`],
    ['scopes', list(issuer.scopes, 'none')],
    ['created', time(issuer.created_at)],
    ['changed', time(issuer.updated_at)],
  ]);
}
