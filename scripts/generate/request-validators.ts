import { join } from 'node:path';

import type { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

import { tellChoicesApart } from '../../packages/contract/compile/choices-by-constant.ts';
import type { ContractDocument, JsonSchema, Parameter } from '../../packages/contract/compile/contract-document.ts';
import { createAjv, pointToSchemas } from '../../packages/contract/compile/create-ajv.ts';
import { parametersIn } from '../../packages/contract/compile/operations.ts';
import type { Operation } from '../../packages/contract/compile/operations.ts';

/** A tree of validators: operationId → what it validates → its schema. */
type ValidatorTree = Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;

export interface Module {
  readonly code: string;
  readonly declarations: string;
}

/** Validators of what comes in: the body, the query, the path and the headers of each operation. */
export async function requestValidators(document: ContractDocument, operations: readonly Operation[]): Promise<Module> {
  const tree = byOperation(operations, (operation) => ({
    ...(operation.body && { body: operation.body }),
    ...(parametersIn(operation, 'path').length > 0 && { path: parametersSchema(operation, 'path') }),
    query: parametersSchema(operation, 'query'),
    ...(parametersIn(operation, 'header').length > 0 && { headers: parametersSchema(operation, 'header') }),
  }));
  return { code: await compileValidators(tellChoicesApart(document), tree), declarations: declarations(tree) };
}

function byOperation(
  operations: readonly Operation[],
  parts: (operation: Operation) => Readonly<Record<string, JsonSchema>>,
): ValidatorTree {
  return Object.fromEntries(operations.map((operation) => [operation.operationId, parts(operation)]));
}

function parametersSchema(operation: Operation, place: Parameter['in']): JsonSchema {
  const parameters = parametersIn(operation, place);
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: place === 'header',
  };
}

async function compileValidators(schemas: Readonly<Record<string, JsonSchema>>, tree: ValidatorTree): Promise<string> {
  const ajv = createAjv(schemas, { code: { source: true, esm: true, lines: true } });
  const exports: Record<string, string> = {};
  const nameOfSchema = new Map<string, string>();
  const rows = Object.entries(tree).map(([operationId, parts]) => {
    const members = Object.entries(parts).map(([part, schema]) => {
      const text = JSON.stringify(schema);
      const name = nameOfSchema.get(text) ?? `${operationId}_${part}`;
      if (!nameOfSchema.has(text)) ajv.addSchema(pointToSchemas(schema), name);
      nameOfSchema.set(text, name);
      exports[name] = name;
      return `${part}: validators.${name}`;
    });
    return `  ${operationId}: { ${members.join(', ')} },\n`;
  });
  const entry = `import * as validators from 'validators';\nexport const requestValidators = {\n${rows.join('')}};\n`;
  return bundleModule(entry, nameValidators(ajv, standalone.default(ajv, exports)));
}

/** Names validators by their schemas. Ajv counts them, so that a new one would be a change to all that follow. */
function nameValidators(ajv: Ajv2020, code: string): string {
  const names = new Map(
    Object.entries(ajv.schemas).map(([key, schema]) => [
      schema?.validateName?.str,
      key.replace('/schemas/', 'validate'),
    ]),
  );
  return code
    .replaceAll(/\bvalidate\d+\b/gu, (counted) => names.get(counted) ?? counted)
    .replaceAll(/^export const (\w+) = \1;/gmu, 'export { $1 };');
}

/** Makes one ES module of the validators and the few functions of ajv that they call; ASCII only. */
async function bundleModule(entry: string, validators: string): Promise<string> {
  // Where ajv and its formats are found.
  const resolveDir = join(import.meta.dirname, '../../packages/contract');
  const result = await build({
    stdin: { contents: entry, resolveDir },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['main'],
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    minifySyntax: true,
    logLevel: 'error',
    plugins: [
      {
        name: 'validators',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^validators$/ }, () => ({ path: 'validators', namespace: 'validators' }));
          onLoad({ filter: /^validators$/, namespace: 'validators' }, () => ({ contents: validators, resolveDir }));
        },
      },
    ],
  });
  const code = (result.outputFiles[0]?.text ?? '')
    .replaceAll(/^ *\/\/ .*\n/gmu, '')
    // What ajv's own code generator would write to load the function.
    .replaceAll(/^ *\w+\.code = 'require\(.*\n/gmu, '')
    .replaceAll(/(?:\.\.\/)*node_modules\/(?:\.pnpm\/[^"/]+\/node_modules\/)?/gu, '');
  const offence = /\brequire\(|\bimport\s*[("']|\beval\(|\bFunction\(|[^\t\n\x20-\x7e]/u.exec(code);
  if (offence) throw new Error(`The validators hold ${JSON.stringify(offence[0])}, which they must not`);
  return code;
}

function declarations(tree: ValidatorTree): string {
  const rows = Object.entries(tree).map(([operationId, parts]) => {
    const members = Object.entries(parts).map(([part, { properties }]) => {
      const type = part === 'headers' ? headersType(properties) : `OperationTypes['${operationId}']['${part}']`;
      return `readonly ${part}: Validator<${type}>`;
    });
    return `  readonly ${operationId}: { ${members.join('; ')} };\n`;
  });
  return `import type { Validator } from '../validator.ts';
import type { OperationTypes } from './operations.gen.ts';

export declare const requestValidators: {
${rows.join('')}};
`;
}

/** None of them is required. */
function headersType(properties: unknown): string {
  const names = Object.keys(properties as Readonly<Record<string, JsonSchema>>);
  return `{ ${names.map((name) => `'${name}'?: string`).join('; ')} }`;
}
