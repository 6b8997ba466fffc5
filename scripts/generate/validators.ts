import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import formats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

import { boundedArrays } from './bounded-arrays.ts';
import { boundFaults } from './bounded-faults.ts';
import { choicesByConstant, tellChoicesApart } from './choices-by-constant.ts';
import type { ContractDocument, JsonSchema, Parameter } from './contract-document.ts';
import { parametersIn } from './operations.ts';
import type { Operation } from './operations.ts';

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
  return {
    code: await compileValidators('requestValidators', tellChoicesApart(document), tree),
    declarations: declarations('requestValidators', tree, (operationId, part) =>
      part === 'headers'
        ? `Validator<{ 'Idempotency-Key'?: string }>`
        : `Validator<OperationTypes['${operationId}']['${part}']>`,
    ),
  };
}

/** Validators of what goes out: the body of each status of each operation, held to the documented members. */
export async function responseValidators(
  document: ContractDocument,
  operations: readonly Operation[],
): Promise<Module> {
  const tree = byOperation(operations, ({ responses }) =>
    Object.fromEntries([...responses].flatMap(([status, schema]) => (schema ? [[String(status), close(schema)]] : []))),
  );
  const schemas = close(document.components.schemas) as Readonly<Record<string, JsonSchema>>;
  return {
    code: await compileValidators('responseValidators', schemas, tree),
    declarations: declarations('responseValidators', tree, () => 'Validator<unknown>'),
  };
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

/** Answers may gain members, so the contract leaves them open. What we send is held to the documented ones. */
function close(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([key, value]) => [key, closeAny(value)] as const);
  const isOpen = typeof schema['properties'] === 'object' && !('additionalProperties' in schema);
  return Object.fromEntries(isOpen ? [...entries, ['additionalProperties', false]] : entries);
}

function closeAny(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeAny);
  return typeof value === 'object' && value !== null ? close(value as JsonSchema) : value;
}

async function compileValidators(
  exportName: string,
  schemas: Readonly<Record<string, JsonSchema>>,
  tree: ValidatorTree,
): Promise<string> {
  const ajv = createAjv();
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(pointToSchemas(schema), `/schemas/${name}`);

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
  const entry = `import * as validators from 'validators';\nexport const ${exportName} = {\n${rows.join('')}};\n`;
  return bundleModule(entry, standalone.default(ajv, exports));
}

function createAjv(): Ajv2020 {
  const code = { source: true, esm: true, lines: true };
  // Mocks are for browsers too: what several schemas refer to is compiled once.
  const ajv = new Ajv2020({ allErrors: true, strict: true, inlineRefs: false, code });
  formats.default(ajv, { mode: 'full' });
  for (const keyword of boundedArrays) ajv.removeKeyword(keyword.keyword as string).addKeyword(keyword);
  boundFaults(ajv);
  ajv.addKeyword(choicesByConstant);
  return ajv;
}

/** Lets references of the document point to the schemas as ajv knows them; leaves out what is for people. */
function pointToSchemas(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema, (name, value: unknown) =>
    (name === 'examples' && Array.isArray(value)) || (name === 'description' && typeof value === 'string')
      ? undefined
      : value,
  );
  return JSON.parse(text.replaceAll('"#/components/schemas/', '"/schemas/')) as JsonSchema;
}

/** Makes one ES module of the validators and the few functions of ajv that they call; ASCII only. */
async function bundleModule(entry: string, validators: string): Promise<string> {
  const resolveDir = dirname(fileURLToPath(import.meta.url));
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

function declarations(
  exportName: string,
  tree: ValidatorTree,
  type: (operationId: string, part: string) => string,
): string {
  const rows = Object.entries(tree).map(([operationId, parts]) => {
    const members = Object.keys(parts).map((part) => `    readonly ${part}: ${type(operationId, part)};\n`);
    return `  readonly ${operationId}: {\n${members.join('')}  };\n`;
  });
  const body = `export declare const ${exportName}: {\n${rows.join('')}};\n`;
  const imports = body.includes('OperationTypes') ? "import type { OperationTypes } from './operations.gen.ts';\n" : '';
  return `import type { Validator } from '../validator.ts';\n${imports}\n${body}`;
}
