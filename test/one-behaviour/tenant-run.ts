import { findDifferences } from './differences.ts';
import type { TargetAnswer } from './differences.ts';
import { callerNames } from './family.ts';
import type { Exchange, Family } from './family.ts';
import type { Action } from './program.ts';
import { toAsked, toSent } from './requests.ts';
import type { Asked } from './requests.ts';
import { Session } from './session.ts';
import type { Answered } from './session.ts';
import type { World, Tenant } from './world.ts';

export interface TenantRunParts {
  readonly world: World;
  readonly family: Family;
  readonly tenant: Tenant;
  /** False: it takes no part in this run. */
  readonly isActive: boolean;
  /** Adds a line to the trace. */
  note(line: string): void;
}

/** One tenant's sequence, on all targets at once. Its methods throw at the first answer in which the targets differ. */
export class TenantRun {
  readonly #parts: TenantRunParts;
  readonly #sessions: readonly Session[];

  constructor(parts: TenantRunParts) {
    this.#parts = parts;
    this.#sessions = parts.world.targets.map((target) => new Session(target, parts));
  }

  /** The same on all targets so far, but for secrets. */
  get exchanges(): readonly Exchange[] {
    return this.#sessions[0]?.exchanges ?? [];
  }

  /** @param isAlone - Whether no other tenant acts meanwhile. */
  async take(action: Action | null, isAlone: boolean): Promise<void> {
    const { tenant, isActive, family } = this.#parts;
    if (isActive && action !== null)
      await this.#askAll((memory) => toAsked(action, { memory, tenant, family, isAlone }));
  }

  /** Looks at all of the state that the sequence has led to, as everybody sees it who took part. */
  async readEverything(): Promise<void> {
    const { family, tenant } = this.#parts;
    const callers = callerNames.filter((name) => this.exchanges.some(({ caller }) => caller === name));
    await this.#askAll((session) => {
      return callers.flatMap((caller) => {
        const requests = family.overview(session.journalOf(caller));
        return requests.map((request) => ({ caller, request: toSent(request, tenant[caller].apiKey), isAlone: false }));
      });
    });
  }

  async #askAll(toQuestions: (session: Session) => readonly Asked[]): Promise<void> {
    const asking = this.#sessions.map((session) => this.#ask(session, toQuestions(session)));
    const answered = await Promise.all(asking);
    const most = Math.max(0, ...answered.map((answers) => answers.length));
    for (let number = 0; number < most; number += 1) this.#compare(answered.map((answers) => answers[number]));
  }

  async #ask(session: Session, questions: readonly Asked[]): Promise<readonly Answered[]> {
    try {
      return await session.ask(questions);
    } catch (error) {
      for (const question of questions) this.#parts.note(describe(question));
      throw error;
    }
  }

  /** @param answered - What each target was asked, and what it answered. */
  #compare(answered: readonly (Answered | undefined)[]): void {
    const [first] = answered;
    if (first !== undefined) this.#parts.note(`${describe(first.question)}\n  ${summarize(first)}`);
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
