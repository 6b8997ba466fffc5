import { listRooms } from '../../../lib/rooms';

export async function GET(): Promise<Response> {
  return Response.json(await listRooms());
}
