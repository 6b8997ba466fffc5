import { drawPlan } from '../world/world-plan.ts';
import type { ClientPlan, WorldPlan } from '../world/world-plan.ts';

/**
 * Names a world: by its seed, or by its seed and all that is left of it, such as `7t1 f0.2 credits3x4`: timing 1, faults
 * 0 and 2, and client 3 of credits, with its first 4 requests.
 */
export function nameOf(plan: WorldPlan, families: readonly string[]): string {
  const whole = drawPlan(plan.seed, families);
  if (plan.clients.length === whole.clients.length && plan.faults.length === whole.faults.length) {
    const isWhole = plan.clients.every(
      ({ requestCount }, index) => requestCount === whole.clients[index]!.requestCount,
    );
    if (isWhole && plan.timing === 0) return String(plan.seed);
  }
  const kept = plan.faults.map((fault) => {
    return whole.faults.findIndex((each) => JSON.stringify(each) === JSON.stringify(fault));
  });
  const clients = plan.clients.map(({ family, number, requestCount }) => `${family}${number}x${requestCount}`);
  const timing = plan.timing === 0 ? '' : `t${plan.timing}`;
  return [`${plan.seed}${timing}`, `f${kept.join('.')}`, ...clients].join(' ');
}

/** The inverse of {@link nameOf}. */
export function planOf(name: string, families: readonly string[]): WorldPlan {
  const [numbered = '', faults, ...clients] = name.trim().split(/\s+/u);
  const [seed = '', timing = '0'] = numbered.split('t');
  const whole = drawPlan(toCount(seed, name), families);
  if (faults === undefined) return whole;
  const numbers = /^f(?:\d+(?:\.\d+)*)?$/u.test(faults) ? faults.slice(1).split('.').filter(Boolean) : undefined;
  if (numbers === undefined) throw new Error(`No world has the name ${name}.`);
  return {
    ...whole,
    timing: toCount(timing, name),
    faults: numbers.flatMap((number) => whole.faults[Number(number)] ?? []),
    clients: clients.map((client) => clientOf(client, name)),
  };
}

function clientOf(text: string, name: string): ClientPlan {
  const [, family = '', number = '', requestCount = ''] = /^([a-zA-Z]+)(\d+)x(\d+)$/u.exec(text) ?? [];
  return { family, number: toCount(number, name), requestCount: toCount(requestCount, name) };
}

function toCount(text: string, name: string): number {
  if (!/^\d+$/u.test(text)) throw new Error(`No world has the name ${name}.`);
  return Number(text);
}
