import { describe, expect, it } from 'vitest';
import { toCommand } from './import.mapper.js';

describe('the command of an import', () => {
  it('is a JSON array', () => {
    expect(toCommand('["/bin/sh","-c","date"]')).toEqual(['/bin/sh', '-c', 'date']);
  });

  it('is empty where the query has none', () => {
    expect(toCommand(undefined)).toEqual([]);
  });

  it.each(['sh -c date', '"sh"', '[1]', '{}', ''])('is refused in another form: %s', (text) => {
    expect(() => toCommand(text)).toThrow(expect.objectContaining({ code: 'invalid_input', details: { field: 'cmd' } }));
  });
});
