'use client';

import { useActionState } from 'react';

import { book } from './actions';

export function BookingForm({ rooms }: { rooms: readonly string[] }) {
  const [message, action, isPending] = useActionState(book, '');
  return (
    <form action={action}>
      <label>
        Your name <input name="guest" required />
      </label>
      <label>
        Room
        <select name="room">
          {rooms.map((room) => (
            <option key={room}>{room}</option>
          ))}
        </select>
      </label>
      <button disabled={isPending}>Book for ten minutes</button>
      <p role="status">{message}</p>
    </form>
  );
}
