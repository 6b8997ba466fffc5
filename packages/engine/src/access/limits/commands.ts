import type { Command } from '../../kernel/command.ts';
import { recordKey } from '../../kernel/record-access.ts';
import type { WindowPlace } from './policies.ts';
import { limitWindowKind } from './records.ts';
import { takeBack, takeSlice } from './rules.ts';
import type { Slice, SliceRequest } from './rules.ts';

/** Takes a slice. If nobody knows whether it was committed, its units are lost: another slice takes others. */
export function takeCommand(window: WindowPlace, request: SliceRequest): Command<Slice> {
  return {
    partitions: [window.partition],
    reads: [recordKey(limitWindowKind, window.partition, window.id)],
    run: (changes, nowMs) => takeSlice(changes, window, request, nowMs),
  };
}

/** Gives units back. It must never be sent again: if it was committed after all, they would be granted twice. */
export function giveBackCommand(window: WindowPlace, units: number): Command<void> {
  return {
    partitions: [window.partition],
    reads: [recordKey(limitWindowKind, window.partition, window.id)],
    run: (changes) => takeBack(changes, window, units),
  };
}
