import type { EventLoop } from '@holdfast/engine/time-slices';

export const nodeEventLoop: EventLoop = { elapsedMs: () => performance.now(), schedule: setImmediate };
