import { DomainError } from '../errors.js';
import { type CdiDevice, type CdiInventory, type Gpus, problemOf, qualifiedName, type WantedCdi } from './cdi.js';

/** Asked first, as docker and podman do; a host without it has the one vendor whose class is `gpu`. */
const FIRST_GPUS = 'nvidia.com/gpu';
const EVERY_DEVICE = 'all';
/** Names in an error; more would hide the sentence. */
const SHOWN = 20;

/** In the order asked for, each once. Throws `invalid_input` for what this host has not, naming what it has. */
export function findDevices({ gpus, cdiDevices }: WantedCdi, inventory: CdiInventory): CdiDevice[] {
  const named = cdiDevices.map((name) => findOne(name, inventory, 'cdiDevices'));
  const found = [...(gpus === null ? [] : findGpus(gpus, inventory)), ...named];
  return [...new Set(found)];
}

function findGpus(gpus: Gpus, inventory: CdiInventory): CdiDevice[] {
  const kind = gpuKind(inventory);
  const ofKind = inventory.devices.filter((device) => device.kind === kind);
  if (typeof gpus === 'object')
    return gpus.devices.map((name) => findOne(name.includes('=') ? name : `${kind}=${name}`, inventory, 'gpus'));
  const single = singleDevices(ofKind);
  if (gpus === 'all') {
    const all = ofKind.find(({ name }) => name === EVERY_DEVICE);
    return (all ? [all] : single).map((device) => usable(device, 'gpus'));
  }
  if (gpus > single.length) {
    const message = `${gpus} GPUs are asked for and this host has ${single.length} (${listed(single, inventory)})`;
    throw new DomainError('invalid_input', message, { field: 'gpus', available: single.map(qualifiedName) });
  }
  return single.slice(0, gpus).map((device) => usable(device, 'gpus'));
}

function gpuKind(inventory: CdiInventory): string {
  const kinds = new Set(inventory.devices.map(({ kind }) => kind).filter((kind) => kind.endsWith('/gpu')));
  const [only] = kinds;
  if (kinds.has(FIRST_GPUS)) return FIRST_GPUS;
  if (only !== undefined && kinds.size === 1) return only;
  const message =
    only === undefined
      ? `this host has no GPU that a CDI spec describes (${listed([], inventory)}); generate one, for NVIDIA with: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml`
      : `this host has GPUs of several vendors (${[...kinds].join(', ')}); name devices in cdiDevices`;
  throw new DomainError('invalid_input', message, { field: 'gpus', available: inventory.devices.map(qualifiedName) });
}

/** Generators give one device several names, its number and its UUID, and have a name for all together: numbers where there are any. */
function singleDevices(devices: readonly CdiDevice[]): CdiDevice[] {
  const single = devices.filter(({ name }) => name !== EVERY_DEVICE);
  const numbered = single.filter(({ name }) => /^\d+$/.test(name));
  if (numbered.length > 0) return numbered.toSorted((a, b) => Number(a.name) - Number(b.name));
  return single.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
}

function findOne(name: string, inventory: CdiInventory, field: keyof WantedCdi): CdiDevice {
  const device = inventory.devices.find((one) => qualifiedName(one) === name);
  if (device) return usable(device, field);
  const message = `this host has no device ${name} (${listed(inventory.devices, inventory)})`;
  throw new DomainError('invalid_input', message, { field, device: name, available: inventory.devices.map(qualifiedName) });
}

function usable(device: CdiDevice, field: keyof WantedCdi): CdiDevice {
  const problem = problemOf(device);
  if (problem === null) return device;
  throw new DomainError('invalid_input', `device ${qualifiedName(device)} of ${device.file} cannot be used: ${problem}`, {
    field,
    device: qualifiedName(device),
    file: device.file,
  });
}

/** What there is, and which files are silent because they are broken. */
function listed(devices: readonly CdiDevice[], { directories, faults }: CdiInventory): string {
  const names = devices.slice(0, SHOWN).map(qualifiedName);
  const more = devices.length > SHOWN ? ` and ${devices.length - SHOWN} more` : '';
  const there = names.length > 0 ? `there are ${names.join(', ')}${more}` : `nothing is described in ${directories.join(' and ')}`;
  const broken = faults.map(({ file, problem }) => `; ${file} is left out: ${problem}`);
  return there + broken.join('');
}
