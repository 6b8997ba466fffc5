import { join } from 'node:path';

import { startProcess } from './child-process.ts';
import type { StartedProcess } from './child-process.ts';

export interface ExpressEcho extends StartedProcess {
  readonly url: string;
}

/**
 * A bare Express 5 in a process of its own: it reads JSON and answers with JSON.
 *
 * @param answers - Path → the answer's body, as JSON text.
 */
export async function startExpressEcho(answers: Readonly<Record<string, string>>): Promise<ExpressEcho> {
  const started = await startProcess({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'express-echo-main.ts')],
    env: { NODE_ENV: 'production', ECHO_ANSWERS: JSON.stringify(answers) },
    ready: /listening on (http:\/\/\S+)/u,
  });
  return { ...started, url: started.announced };
}
