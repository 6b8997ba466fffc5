import { LineOutput } from './line-output.ts';

/** What is meant for the person who started the server. */
export const standardOutput = new LineOutput({ descriptor: 1 });

/** The log: one for all servers of this process. */
export const standardError = new LineOutput({
  descriptor: 2,
  describeDropped: (count) =>
    `${JSON.stringify({
      level: 'warn',
      time: new Date().toISOString(),
      service: 'holdfast',
      droppedLines: count,
      msg: `lines of this log could not be written, and were dropped: ${count}`,
    })}\n`,
});
