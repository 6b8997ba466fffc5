import type { Place } from '../place.ts';

/** An event on its way into an outbox. */
export interface Announcement {
  /** Which of the command's partitions it tells of. Events of one partition keep the order of its commits. */
  readonly partition: string;
  /** Whose outbox it goes to. */
  readonly place: Place;
  /** How long it can be read, in milliseconds; 0: it isn't written at all. */
  readonly keptMs: number;
  /** A JSON object as text, without the number, which is known later. */
  readonly text: string;
}
