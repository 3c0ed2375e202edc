import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { type CdiDevice, type CdiEdits, type CdiFault, type CdiInventory, qualifiedName } from '../../domain/cdi/cdi.js';
import { CdiSpecs } from '../../domain/cdi/cdi.ports.js';
import { isErrno } from '../../errno.js';
import { editsOf } from './edits.js';
import { parseSpec } from './spec-file.js';

const EXTENSION = /\.(json|yaml)$/;
/** A generated spec of a host with many devices has tens of kilobytes. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MAX_FILES = 256;

/** The files are read anew each time: generators replace them at boot, and when a device comes or goes. */
@Injectable()
export class CdiDirectories extends CdiSpecs {
  private readonly directories: readonly string[];

  constructor({ cdiDirectories }: Config) {
    super();
    this.directories = cdiDirectories;
  }

  /** A device of a later directory takes the place of its namesakes in earlier ones; namesakes in one directory shut each other out. */
  override async read(): Promise<CdiInventory> {
    const faults: CdiFault[] = [];
    const devices = new Map<string, CdiDevice>();
    for (const directory of this.directories) {
      const here = new Map<string, CdiDevice>();
      for (const file of await specFiles(directory, faults)) {
        for (const device of await devicesOf(file, faults)) {
          const name = qualifiedName(device);
          const other = here.get(name);
          here.set(name, other ? inConflict(device, other) : device);
        }
      }
      for (const [name, device] of here) devices.set(name, device);
    }
    return { directories: this.directories, devices: [...devices.values()], faults };
  }
}

async function specFiles(directory: string, faults: CdiFault[]): Promise<string[]> {
  try {
    const names = (await readdir(directory)).filter((name) => EXTENSION.test(name)).sort();
    if (names.length > MAX_FILES)
      faults.push({ file: directory, problem: `it has ${names.length} specs; only the first ${MAX_FILES} are read` });
    return names.slice(0, MAX_FILES).map((name) => join(directory, name));
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) faults.push({ file: directory, problem: told(error) });
    return [];
  }
}

async function devicesOf(file: string, faults: CdiFault[]): Promise<CdiDevice[]> {
  try {
    const status = await stat(file);
    const { size } = status;
    if (!status.isFile()) throw new Error('it is no file');
    if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes; at most ${MAX_FILE_BYTES} are read`);
    const spec = parseSpec(await readFile(file, 'utf8'), file);
    const repeated = spec.devices.find(({ name }, at) => spec.devices.findIndex((one) => one.name === name) !== at);
    if (repeated) throw new Error(`it has two devices ${repeated.name}`);
    const specEdits = editsOf(spec.containerEdits);
    return spec.devices.map(({ name, containerEdits }) => ({ kind: spec.kind, name, file, specEdits, edits: editsOf(containerEdits) }));
  } catch (error) {
    faults.push({ file, problem: told(error) });
    return [];
  }
}

function inConflict(device: CdiDevice, other: CdiDevice): CdiDevice {
  const edits: CdiEdits = { ...device.edits, problem: `${other.file} describes it too; remove one of the two` };
  return { ...device, edits };
}

function told(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
}
