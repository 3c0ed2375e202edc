import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

test('the unit tests of cgroup/stats pass', () => {
  const runner = fileURLToPath(new URL('../../build/Release/keelson-unit-stats', import.meta.url));
  const { status, stdout } = spawnSync(runner, { encoding: 'utf8' });
  expect(stdout.split('\n').filter((line) => !line.startsWith('ok '))).toEqual([expect.stringMatching(/^[1-9]\d* passed, 0 failed$/), '']);
  expect(status).toBe(0);
});
