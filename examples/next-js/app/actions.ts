'use server';

import { RateLimitError } from '@holdfast/sdk';
import { refresh } from 'next/cache';

import { holdfast } from '../lib/holdfast';

/** Books a room for ten minutes; returns what to tell the guest, whose name comes from a session in a real application. */
export async function book(_previous: string, form: FormData): Promise<string> {
  const [room, guest] = [String(form.get('room')), String(form.get('guest'))];
  try {
    const [claim] = await holdfast().resources.reserve([
      { requester: guest, resource: `room/${room}`, ttlSeconds: 600 },
    ]);
    refresh(); // The page shows at once what has become of it.
    return claim.status === 'ACQUIRED' ? `The ${room} is yours.` : `Somebody else has the ${room}.`;
  } catch (error) {
    if (error instanceof RateLimitError) return `Try again in ${error.retryAfterSeconds ?? 60} seconds.`;
    throw error;
  }
}
