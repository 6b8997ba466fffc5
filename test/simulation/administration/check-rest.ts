import type { FamilyRequest, RestingWorld } from '../family.ts';
import { get, write } from '../family.ts';
import { fixedKeys, limitsOf, ownLimit } from './objects.ts';

const dayMs = 86_400_000;

/** One after the other would leave each process with a slice of one. */
const burstLength = 20;

/** Until what lies idle has been given back. */
const givenBackMs = 1_500;

/** Hands: what a process had, what it was being granted, and what it had of the next window. */
const handsOfProcess = 3;

const { byMinute } = fixedKeys;

const operation = (apiKey: string) => write(apiKey, { operationId: 'reserve', body: 'nonsense' });
const read = (apiKey: string) => get(apiKey, { operationId: 'listReservations', query: { limit: 'nonsense' } });

/** Of a limit that nobody has used anything of, everything can be had; of another one, all that nobody took with him. */
export async function checkLimitsAtRest(world: RestingWorld, scope: string): Promise<readonly string[]> {
  const { perMinute, perDay } = limitsOf(scope);
  const broken: string[] = [];
  const compare = (what: string, found: number, expected: number) => {
    if (found !== expected) broken.push(`${what}: ${found} were admitted at rest, and not ${expected}.`);
  };
  for (let process = 0; process < world.processCount; process += 1) await burst(world, process, operation(byMinute));
  await world.sleep(givenBackMs);
  const before = admittedInMinute(world);
  const own = await useUp(world, operation(fixedKeys.ownLimit));
  compare('The limit of a key', own, Math.min(ownLimit, perMinute - before));
  await useUp(world, operation(byMinute));
  compare('The limit per minute', admittedInMinute(world), perMinute);
  if (perMinute < 100) compare('Reads', await useUp(world, read(byMinute)), 5 * perMinute);
  await useUp(world, operation(fixedKeys.byDay));
  return [...broken, ...checkDay(world, perDay)];
}

function admittedInMinute({ watch, nowMs }: RestingWorld): number {
  return watch.admissions.admittedIn('byMinute', 'minute', 60_000, nowMs());
}

function checkDay({ watch, lostCommits, deadCount, nowMs }: RestingWorld, perDay: number): readonly string[] {
  const admitted = watch.admissions.admittedIn('byDay', 'day', dayMs, nowMs());
  const lost = perDay - admitted;
  const slice = Math.ceil(1.25 * Math.max(1, perDay / 10));
  const most = slice * (handsOfProcess * deadCount + lostCommits());
  return lost > most ? [`Of ${perDay} operations of the day ${lost} can't be had by anybody: ${most} at most.`] : [];
}

/** Asks every process until all refuse, and again when what lay idle has been given back. */
async function useUp(world: RestingWorld, request: FamilyRequest): Promise<number> {
  let admitted = 0;
  for (let round = 0; round < 2; round += 1) {
    for (let process = 0; process < world.processCount; process += 1) {
      for (let before = -1; before !== admitted;) {
        before = admitted;
        admitted += await burst(world, process, request);
      }
    }
    await world.sleep(givenBackMs);
  }
  return admitted;
}

/** How many of them were admitted. */
async function burst(world: RestingWorld, process: number, request: FamilyRequest): Promise<number> {
  const answers = await Promise.all(Array.from({ length: burstLength }, () => world.send(process, request)));
  return answers.filter(({ status }) => status !== 429).length;
}
