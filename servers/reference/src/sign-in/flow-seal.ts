import { EncryptJWT, errors, jwtDecrypt } from 'jose';

/** How long a person may take at the provider, in seconds. */
export const flowSeconds = 600;

const audience = 'holdfast sign-in';

/** What has to be known again when a person comes back from the provider. */
export interface SignInFlow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnPath: string;
}

export interface FlowSealOptions {
  /** 32 bytes that all processes share. */
  readonly key: () => Promise<Uint8Array>;
  /** Holdfast's time, in epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Keeps a flow in its browser's own cookie, encrypted and authenticated: so nothing is stored for those who never come
 * back, and any process can go on with it.
 */
export class FlowSeal {
  readonly #options: FlowSealOptions;

  constructor(options: FlowSealOptions) {
    this.#options = options;
  }

  async seal(flow: SignInFlow): Promise<string> {
    return new EncryptJWT({ ...flow })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience(audience)
      .setExpirationTime(new Date(this.#options.now() + flowSeconds * 1_000))
      .encrypt(await this.#options.key());
  }

  /** Undefined for what wasn't sealed here, or too long ago. */
  async open(sealed: string): Promise<SignInFlow | undefined> {
    const key = await this.#options.key();
    try {
      const { payload } = await jwtDecrypt<SignInFlow>(sealed, key, {
        audience,
        currentDate: new Date(this.#options.now()),
        requiredClaims: ['exp'],
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const { state, nonce, verifier, returnPath } = payload;
      return { state, nonce, verifier, returnPath };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
