import { readFileSync } from 'node:fs';

/**
 * For `--import`: this process's time of day is wrong by CLOCK_SHIFT_MS; or by what the file CLOCK_SHIFT_FILE says at
 * each moment, so that a test can set the clock of a process that runs. Its monotonic clock is right, as on any machine.
 */
const shiftMs = Number(process.env['CLOCK_SHIFT_MS']);
const shiftFile = process.env['CLOCK_SHIFT_FILE'];
const RealDate = Date;
const now = () => RealDate.now() + shiftMs + (shiftFile === undefined ? 0 : Number(readFileSync(shiftFile, 'utf8')));

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as Date,
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
});
