import { holdfast } from './holdfast';

export interface Room {
  readonly name: string;
  readonly bookedBy: string | null;
}

/** The rooms, with who has booked each of them by now. */
export async function listRooms(): Promise<readonly Room[]> {
  const bookings = new Map<string, string>();
  for await (const { resource, requester } of holdfast().resources.list({ resourcePrefix: 'room/' }))
    bookings.set(resource, requester);
  return ['attic', 'cellar'].map((name) => ({ name, bookedBy: bookings.get(`room/${name}`) ?? null }));
}
