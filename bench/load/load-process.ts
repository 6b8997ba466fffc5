import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { SamplePlan } from './driver.ts';
import type { LoadOrder, LoadReport } from './load-worker.ts';
import type { Sample } from './tally.ts';

const worker = join(import.meta.dirname, 'load-worker.ts');

/** A process of its own that makes load, so that what it costs isn't taken from whom it loads. */
export class LoadProcess implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(worker, [], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  }

  /**
   * Opens a driver, runs it for one sample and closes it.
   *
   * @param driver - URL of a module that exports `openDriver`.
   */
  async sample(driver: string, options: unknown, plan: SamplePlan): Promise<Sample> {
    const order: LoadOrder = { driver, options, plan };
    this.#child.send(order);
    const report = await this.#nextReport();
    if ('error' in report) throw new Error(`The load process failed: ${report.error}`);
    return report.sample;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async #nextReport(): Promise<LoadReport> {
    const stop = new AbortController();
    const { signal } = stop;
    const exit = once(this.#child, 'exit', { signal }).then(([code]) => ({ error: `it ended with ${String(code)}` }));
    const message = once(this.#child, 'message', { signal }).then(([report]) => report as LoadReport);
    try {
      return await Promise.race([message, exit]);
    } finally {
      exit.catch(() => undefined);
      message.catch(() => undefined);
      stop.abort();
    }
  }
}
