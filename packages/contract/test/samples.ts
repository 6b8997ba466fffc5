import { openapi, operations } from '@holdfast/contract';
import type { OperationId } from '@holdfast/contract';

type Json = Record<string, unknown>;

/** An example of the document, with the operation and the part (`body` or a status) that it belongs to. */
export interface Sample {
  readonly operationId: OperationId;
  readonly part: string;
  readonly name: string;
  readonly mediaType: string;
  readonly value: unknown;
}

/** Follows references of the document. */
export function resolve(node: unknown): Json {
  if (!isObject(node)) throw new Error('Nothing to resolve');
  if (typeof node['$ref'] !== 'string') return node;
  const path = node['$ref'].slice(2).split('/');
  return resolve(path.reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), openapi));
}

function samplesOf(operationId: OperationId, part: string, { content = {} }: Json): Sample[] {
  return Object.entries(resolve(content)).flatMap(([mediaType, media]) =>
    Object.entries(resolve(resolve(media)['examples'])).map(([name, example]) => ({
      operationId,
      part,
      name,
      mediaType,
      value: resolve(example)['value'],
    })),
  );
}

/** Every example of the document. */
export const samples = Object.values(operations).flatMap(({ operationId, path, method }) => {
  const operation = resolve(resolve(resolve(openapi['paths'])[path])[method.toLowerCase()]);
  const answers = Object.entries(resolve(operation['responses']));
  return [
    ...(operation['requestBody'] ? samplesOf(operationId, 'body', resolve(operation['requestBody'])) : []),
    ...answers.flatMap(([status, answer]) => samplesOf(operationId, status, resolve(answer))),
  ];
});

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
