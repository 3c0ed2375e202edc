import { existsSync, readFileSync } from 'node:fs';

/** A record of the trace, as faults.cc lays it out. */
export interface Reached {
  /** PROCESS/FUNCTION#N. */
  readonly point: string;
  /** Address behind the call. */
  readonly caller: bigint;
  readonly struck: boolean;
}

const NAME = 48;
const RECORD = NAME + 16;

/** What was reached so far, in its order; the program may still be running. */
export function readTrace(file: string): Reached[] {
  // The program makes it before its first step; one that did not get there has reached nothing.
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const count = Number(bytes.readBigUInt64LE(0));
  return Array.from({ length: count }, (_, at) => 8 + at * RECORD)
    .filter((start) => start + RECORD <= bytes.length)
    .map((start) => ({
      point: bytes.toString('latin1', start, bytes.indexOf(0, start)),
      caller: bytes.readBigUInt64LE(start + NAME),
      struck: bytes.readBigUInt64LE(start + NAME + 8) !== 0n,
    }));
}
