import { connection } from 'next/server';

import { listRooms } from '../lib/rooms';
import { BookingForm } from './booking-form';

export default async function Page() {
  await connection(); // Rendered for each request, not once while building.
  const rooms = await listRooms();
  return (
    <main>
      <h1>Rooms</h1>
      <ul>
        {rooms.map(({ name, bookedBy }) => (
          <li key={name}>{bookedBy === null ? `${name} is free` : `${name} is booked by ${bookedBy}`}</li>
        ))}
      </ul>
      <BookingForm rooms={rooms.map(({ name }) => name)} />
    </main>
  );
}
