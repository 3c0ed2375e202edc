import type { Death } from '../../domain/containers/deaths/death.js';

/** Names of what is an instant, at any depth: JSON has none. */
const INSTANTS = new Set(['startedAt', 'finishedAt', 'time']);

export function deathText(death: Death): string {
  return JSON.stringify(death, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** None for a line that is damaged: a crash may have torn one in the middle of the file. */
export function deathOf(line: string): Death[] {
  try {
    return [JSON.parse(line, revive) as Death];
  } catch {
    return [];
  }
}

function revive(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (INSTANTS.has(key)) return new Date(value);
  return key === 'nanoseconds' ? BigInt(value) : value;
}
