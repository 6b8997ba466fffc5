import type { EventLoop } from '@holdfast/engine/slices';

export const nodeEventLoop: EventLoop = { elapsedMs: () => performance.now(), schedule: setImmediate };
