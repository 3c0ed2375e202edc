import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

test('the unit tests of src/core/sec pass', () => {
  const runner = fileURLToPath(new URL('../../build/Release/keelson-unit-sec', import.meta.url));
  const profile = fileURLToPath(new URL('../../profiles/default-seccomp.json', import.meta.url));
  const env = { ...process.env, KEELSON_SECCOMP_PROFILE: profile };
  const { status, stdout } = spawnSync(runner, { encoding: 'utf8', env });
  expect(stdout.split('\n').filter((line) => !line.startsWith('ok '))).toEqual([expect.stringMatching(/^\d+ passed, 0 failed$/), '']);
  expect(status).toBe(0);
});
