import { CodeSample } from '../ui/code-sample.tsx';
import { usePlace } from './place-context.ts';
import { useSession } from './session-context.ts';

interface RequestSampleProps {
  /** What it does: “Take a lock”. */
  readonly label: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: object;
  /** What follows `new Holdfast(…)`: a statement with `holdfast`. */
  readonly typescript: string;
}

/** The request that would fill an empty view, with the reader's own test key as long as the page knows it. */
export function RequestSample({ label, method, path, body, typescript }: RequestSampleProps) {
  const { tenantId } = usePlace();
  const testKey = useSession().firstKeys.get(tenantId)?.test;
  const { origin } = location;
  const curl = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${origin}${path}`,
    `-H ${testKey === undefined ? '"X-API-Key: $HOLDFAST_API_KEY"' : `'X-API-Key: ${testKey}'`}`,
    ...(body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d '${JSON.stringify(body)}'`]),
  ].join(' \\\n  ');
  const apiKey = testKey === undefined ? 'process.env.HOLDFAST_API_KEY!' : `'${testKey}'`;
  const program = [
    "import { Holdfast } from '@holdfast/sdk';",
    '',
    'const holdfast = new Holdfast({',
    `  baseUrl: '${origin}',`,
    `  apiKey: ${apiKey},`,
    '});',
    typescript,
  ].join('\n');
  return <CodeSample label={label} curl={curl} typescript={program} />;
}
