import type { Environment } from '../environment.ts';

/** An environment whose clock a test moves. It doesn't hash, which is as good for comparing. */
export class TestEnvironment implements Environment {
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  elapsed = 0;
  #tokens = 0;

  // What takes these along without the environment calls them, too.
  readonly now = (): number => this.nowMs;
  readonly elapsedMs = (): number => this.elapsed;
  readonly newToken = (): string => {
    this.#tokens += 1;
    return `token-${this.#tokens}`;
  };

  newUuid(): string {
    return `00000000-0000-4000-8000-${this.newToken().replace('token-', '').padStart(12, '0')}`;
  }

  sha256(text: string): string {
    return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16)).join('');
  }

  schedule(task: () => void): void {
    queueMicrotask(task);
  }

  delay(): Promise<void> {
    return Promise.resolve();
  }

  random(): number {
    return 0.5;
  }
}
