import { describe, expect, it } from 'vitest';
import { containerHouse, createRequest, principalOf } from '../../testing/container-house.js';
import type { CdiDevice, CdiEdits, CdiInventory, WantedCdi } from './cdi.js';
import { qualifiedName } from './cdi.js';
import { findDevices } from './find-devices.js';

const NO_EDITS: CdiEdits = { env: [], nodes: [], mounts: [], groups: [], links: [], libraryFolders: [], skippedHooks: [], problem: null };
const device = (full: string, problem: string | null = null): CdiDevice => {
  const [kind = '', name = ''] = full.split('=');
  return { kind, name, file: '/etc/cdi/vendor.yaml', specEdits: NO_EDITS, edits: { ...NO_EDITS, problem } };
};
const inventory = (names: readonly string[], faults: CdiInventory['faults'] = []): CdiInventory => ({
  directories: ['/etc/cdi'],
  devices: names.map((name) => device(name)),
  faults,
});
const NVIDIA = ['nvidia.com/gpu=GPU-8a', 'nvidia.com/gpu=1', 'nvidia.com/gpu=0', 'nvidia.com/gpu=10', 'nvidia.com/gpu=all'];
const names = (wanted: Partial<WantedCdi>, there: CdiInventory) =>
  findDevices({ gpus: null, cdiDevices: [], ...wanted }, there).map(qualifiedName);

describe('GPUs', () => {
  it.each<[WantedCdi['gpus'], string[]]>([
    ['all', ['nvidia.com/gpu=all']],
    [1, ['nvidia.com/gpu=0']],
    [3, ['nvidia.com/gpu=0', 'nvidia.com/gpu=1', 'nvidia.com/gpu=10']],
    [{ devices: ['10', 'GPU-8a'] }, ['nvidia.com/gpu=10', 'nvidia.com/gpu=GPU-8a']],
  ])('asked for as %j are found by number, name or all at once', (gpus, expected) => {
    expect(names({ gpus }, inventory([...NVIDIA, 'acme.example/gpu=0']))).toEqual(expected);
  });

  it('may be another vendor’s, where only that one has any; without a name for all, all are each', () => {
    expect(names({ gpus: 'all' }, inventory(['acme.example/gpu=b', 'acme.example/gpu=a', 'acme.example/nic=0']))).toEqual([
      'acme.example/gpu=a',
      'acme.example/gpu=b',
    ]);
  });

  it.each([
    ['so many as there are not', { gpus: 4 }, NVIDIA, /4 GPUs are asked for and this host has 3 \(there are nvidia.com\/gpu=0, /],
    ['one that is not there', { gpus: { devices: ['7'] } }, NVIDIA, /no device nvidia.com\/gpu=7 \(there are /],
    [
      'any on a host without',
      { gpus: 'all' },
      ['acme.example/nic=0'],
      /no GPU that a CDI spec describes \(nothing is described in \/etc\/cdi\)/,
    ],
    [
      'any of two vendors',
      { gpus: 1 },
      ['a.example/gpu=0', 'b.example/gpu=0'],
      /several vendors \(a.example\/gpu, b.example\/gpu\); name devices/,
    ],
  ] as const)('are refused with what there is: %s', (_what, wanted, there, sentence) => {
    expect(() => names(wanted, inventory(there))).toThrowError(
      expect.objectContaining({
        code: 'invalid_input',
        message: expect.stringMatching(sentence),
        details: expect.objectContaining({ field: 'gpus' }),
      }),
    );
  });
});

describe('a device by its name', () => {
  it('counts once, however often it is asked for', () => {
    const there = inventory(NVIDIA);
    expect(names({ gpus: 1, cdiDevices: ['nvidia.com/gpu=0', 'nvidia.com/gpu=1'] }, there)).toEqual([
      'nvidia.com/gpu=0',
      'nvidia.com/gpu=1',
    ]);
  });

  it('that is missing is told together with the files that could not be read', () => {
    const there = inventory([], [{ file: '/etc/cdi/acme.yaml', problem: 'kind: must be vendor.com/class' }]);
    expect(() => names({ cdiDevices: ['acme.example/nic=0'] }, there)).toThrow(
      'this host has no device acme.example/nic=0 (nothing is described in /etc/cdi; /etc/cdi/acme.yaml is left out: kind: must be vendor.com/class)',
    );
  });

  it('that cannot be given says why and where it stands', () => {
    const there = { ...inventory([]), devices: [device('acme.example/nic=0', 'it moves interfaces')] };
    expect(() => names({ cdiDevices: ['acme.example/nic=0'] }, there)).toThrow(
      'device acme.example/nic=0 of /etc/cdi/vendor.yaml cannot be used: it moves interfaces',
    );
  });
});

describe('who may have vendors’ devices', () => {
  const request = createRequest({ cdiDevices: ['acme.example/nic=0'] });

  it('is an administrator', async () => {
    const house = containerHouse();
    house.cdi.inventory = inventory(['acme.example/nic=0']);
    expect((await house.create.execute(principalOf('default'), request)).config.cdiDevices).toEqual(['acme.example/nic=0']);
  });

  it('is no member, who does not learn what there is either', async () => {
    const house = containerHouse();
    for (const there of [[], ['acme.example/nic=0']]) {
      house.cdi.inventory = inventory(there);
      await expect(house.create.execute(principalOf('default', 'member'), request)).rejects.toMatchObject({
        code: 'forbidden',
        details: { privilege: 'cdi-devices' },
      });
    }
    expect([house.store.rows.size, house.runtime.directories.size]).toEqual([0, 0]);
  });
});
