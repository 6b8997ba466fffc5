/** The process that makes load. Its parent says what to run and gets a sample back; it ends when the parent does. */
import type { DriverModule, SamplePlan } from './driver.ts';
import { runCallers } from './run-callers.ts';
import type { Sample } from './tally.ts';

export interface LoadOrder {
  /** URL of the driver's module. */
  readonly driver: string;
  readonly options: unknown;
  readonly plan: SamplePlan;
}

export type LoadReport = { readonly sample: Sample } | { readonly error: string };

process.on('disconnect', () => process.exit());
process.on('message', async (order: LoadOrder) => {
  process.send?.(await carryOut(order).catch(toReport));
});

async function carryOut({ driver: url, options, plan }: LoadOrder): Promise<LoadReport> {
  const { openDriver } = (await import(url)) as DriverModule<unknown>;
  const driver = await openDriver(options);
  try {
    return { sample: await runCallers(driver, plan) };
  } finally {
    await driver.close();
  }
}

function toReport(error: unknown): LoadReport {
  return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
