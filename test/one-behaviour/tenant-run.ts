import { findDifferences } from './differences.ts';
import type { TargetAnswer } from './differences.ts';
import { callerNames } from './family.ts';
import type { Exchange, Family } from './family.ts';
import type { Act } from './programs.ts';
import { toAsked, toSent } from './requests.ts';
import type { Asked } from './requests.ts';
import { Performer } from './session.ts';
import type { Answered } from './session.ts';
import type { Scene, Tenant } from './world.ts';

export interface TenantRunParts {
  readonly scene: Scene;
  readonly family: Family;
  readonly tenant: Tenant;
  /** False: it takes no part in this run. */
  readonly isPlaying: boolean;
  /** Takes down what happens, a line at a time. */
  tell(line: string): void;
}

/** One tenant's sequence, on all targets at once. Its methods throw at the first answer in which the targets differ. */
export class TenantRun {
  readonly #parts: TenantRunParts;
  readonly #performers: readonly Performer[];

  constructor(parts: TenantRunParts) {
    this.#parts = parts;
    this.#performers = parts.scene.players.map((player) => new Performer(player, parts));
  }

  /** The same on all targets so far, but for secrets. */
  get exchanges(): readonly Exchange[] {
    return this.#performers[0]?.exchanges ?? [];
  }

  /** @param isAlone - Whether no other tenant acts meanwhile. */
  async act(act: Act | null, isAlone: boolean): Promise<void> {
    const { tenant, isPlaying, family } = this.#parts;
    if (isPlaying && act !== null) await this.#askAll((memory) => toAsked(act, { memory, tenant, family, isAlone }));
  }

  /** Looks at all of the state that the sequence has led to, as everybody sees it who took part. */
  async overlook(): Promise<void> {
    const { family, tenant } = this.#parts;
    const callers = callerNames.filter((name) => this.exchanges.some(({ caller }) => caller === name));
    await this.#askAll((performer) => {
      return callers.flatMap((caller) => {
        const requests = family.overview(performer.journalOf(caller));
        return requests.map((request) => ({ caller, request: toSent(request, tenant[caller].apiKey), isAlone: false }));
      });
    });
  }

  async #askAll(toQuestions: (performer: Performer) => readonly Asked[]): Promise<void> {
    const asking = this.#performers.map((performer) => this.#ask(performer, toQuestions(performer)));
    const answered = await Promise.all(asking);
    const most = Math.max(0, ...answered.map((answers) => answers.length));
    for (let number = 0; number < most; number += 1) this.#compare(answered.map((answers) => answers[number]));
  }

  async #ask(performer: Performer, questions: readonly Asked[]): Promise<readonly Answered[]> {
    try {
      return await performer.ask(questions);
    } catch (error) {
      for (const question of questions) this.#parts.tell(describe(question));
      throw error;
    }
  }

  /** @param answered - What each target was asked, and what it answered. */
  #compare(answered: readonly (Answered | undefined)[]): void {
    const [first] = answered;
    if (first !== undefined) this.#parts.tell(`${describe(first.question)}\n  ${summarize(first)}`);
    const answers = answered.flatMap((each): readonly TargetAnswer[] => (each === undefined ? [] : [each]));
    if (answers.length < answered.length) throw new Error('Only some of the targets have anything to ask here.');
    const differences = findDifferences(answers);
    if (differences.length > 0) throw new Error(`The answers differ:\n    ${differences.join('\n    ')}`);
  }
}

function describe({ caller, request }: Asked): string {
  const headers = Object.entries(request.headers).filter(([name]) => name !== 'X-API-Key');
  const unusual = headers.filter(([name, value]) => name !== 'Content-Type' || value !== 'application/json');
  const parts = [caller, request.method, request.path, request.text, ...unusual.map((pair) => pair.join(': '))];
  return parts.filter((part) => part !== undefined).join(' ');
}

const mostShown = 600;

function summarize({ answer: { status, body } }: Answered): string {
  return `${status} ${body.length > mostShown ? `${body.slice(0, mostShown)}…` : body}`;
}
