import { recordKinds } from '@holdfast/engine';

/** What is due there is sent to receivers, which no world has. */
const sent = 'webhook-queues';

/** What a sweep leaves nothing of that is due. */
export const sweptKinds = recordKinds.filter(({ name, dueField }) => dueField !== undefined && name !== sent);
