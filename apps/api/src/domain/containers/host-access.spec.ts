import { describe, expect, it } from 'vitest';
import { containerHouse, createRequest, principalOf } from '../../testing/container-house.js';

const admin = principalOf('default');
const member = { ...admin, role: 'member' as const };
const bind = (source: string) => ({
  mounts: [{ type: 'bind' as const, source, target: '/data', readOnly: false, recursive: true, propagation: 'rprivate' as const }],
});

function attempt(principal: typeof admin | typeof member, source: string, bindRoots: readonly string[]) {
  const house = containerHouse();
  house.host.bindRoots = bindRoots;
  const done = house.create.execute(principal, createRequest(bind(source)));
  return { house, done };
}

describe('a bind mount', () => {
  it.each(['/srv', '/srv/', '/srv/web', '/srv/./web//a'])(
    'of %s is given to an administrator where the setting names /srv',
    async (source) => {
      await expect(attempt(admin, source, ['/srv']).done).resolves.toMatchObject({ state: 'created' });
    },
  );

  it.each([
    ['anything, while no setting names a directory', admin, '/srv', []],
    ['what lies elsewhere', admin, '/etc', ['/srv']],
    ['a directory that only begins alike', admin, '/srv2', ['/srv']],
    ['the parent of what is named', admin, '/', ['/srv']],
    ['what is named, for a member', member, '/srv/web', ['/srv']],
  ] as const)('of %s is forbidden, and nothing was made', async (_what, principal, source, roots) => {
    const { house, done } = attempt(principal, source, roots);
    await expect(done).rejects.toMatchObject({ code: 'forbidden', details: { field: 'mounts.0.source' } });
    expect([house.store.rows.size, house.runtime.directories.size]).toEqual([0, 0]);
  });

  it.each(['/srv/../etc', 'srv'])('of %s is no path to begin with', async (source) => {
    await expect(attempt(admin, source, ['/srv']).done).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
