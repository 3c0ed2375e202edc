import { expect, it } from 'vitest';
import { containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import { MemoryImageStore } from '../../testing/memory-image-store.js';
import { referenceNames } from '../../testing/reference-names.js';
import { RootfsPromises } from '../containers/rootfs-promises.js';
import { ImageRegistry } from '../images/image-registry.js';
import { GetSystem } from './get-system.js';
import { SystemFacts } from './system.ports.js';

class FixedFacts extends SystemFacts {
  readonly instance = { version: '1', root: '/data', dockerSocket: '/run/k.sock', listenHost: '127.0.0.1' };

  override async host() {
    return {
      name: 'h',
      kernel: '6.1.0',
      operatingSystem: 'Debian',
      architecture: 'x86_64',
      cgroupVersion: 2 as const,
      swapLimit: true,
      disk: { totalBytes: 100, freeBytes: 50 },
    };
  }
}

it('counts the caller’s own containers, and tells the capacity that limits are held against', async () => {
  const house = containerHouse();
  const [alice, bob] = [principalOf('default'), principalOf('other')];
  const getSystem = new GetSystem(
    new FixedFacts(),
    house.host,
    house.registry,
    new ImageRegistry(new MemoryImageStore(), referenceNames),
    new RootfsPromises(house.registry, house.host),
  );
  await house.create.execute(alice, createRequest({ start: true }));
  await house.create.execute(alice, createRequest());
  expect(await getSystem.execute(alice)).toMatchObject({ containers: { total: 2, running: 1 }, cpus: 4, memoryBytes: 8 * 1024 ** 3 });
  expect(await getSystem.execute(bob)).toMatchObject({ containers: { total: 0, running: 0 }, images: 0 });
});
