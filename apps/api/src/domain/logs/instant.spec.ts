import { describe, expect, it } from 'vitest';
import { parseInstant } from './instant.js';

const now = new Date('2026-11-21T10:00:00Z');
const at = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;

describe('an instant', () => {
  it.each([
    ['2026-11-21T09:30:00Z', at('2026-11-21T09:30:00Z')],
    ['2026-11-21T09:30:00.123456789Z', at('2026-11-21T09:30:00Z') + 123_456_789n],
    ['2026-11-21T09:30:00.5+02:00', at('2026-11-21T07:30:00Z') + 500_000_000n],
    ['2026-11-21T09:30:00', at('2026-11-21T09:30:00Z')],
    ['2026-11-21', at('2026-11-21T00:00:00Z')],
    ['1763700000', 1_763_700_000_000_000_000n],
    ['1763700000.000000001', 1_763_700_000_000_000_001n],
    ['10m', at('2026-11-21T09:50:00Z')],
    ['1h30m', at('2026-11-21T08:30:00Z')],
    ['250ms', at('2026-11-21T10:00:00Z') - 250_000_000n],
  ])('%s', (text, nanoseconds) => {
    expect(parseInstant(text, 'since', now)).toBe(nanoseconds);
  });

  it.each(['yesterday', '', '-5m', '2026-13-01', '5 minutes', '2026-11-21T25:00:00Z'])('refuses "%s", naming the field', (text) => {
    expect(() => parseInstant(text, 'since', now)).toThrow(expect.objectContaining({ code: 'invalid_input', details: { field: 'since' } }));
  });
});
