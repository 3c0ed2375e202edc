import type { NetworkMode, RestartPolicy } from '@keelson/contracts';

/** Units a person gives memory in; powers of 1024. */
export const MEMORY_UNITS = { MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
export type MemoryUnit = keyof typeof MEMORY_UNITS;

export interface Variable {
  readonly key: number;
  readonly name: string;
  readonly value: string;
}

export interface Port {
  readonly key: number;
  readonly host: string;
  readonly container: string;
}

/** The form as it is filled in: texts as typed, so that nothing a person writes is lost before it is right. */
export interface RunForm {
  readonly image: string;
  readonly name: string;
  readonly command: string;
  readonly env: readonly Variable[];
  readonly workingDir: string;
  readonly user: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly restart: RestartPolicy['name'];
  readonly retries: string;
  readonly network: NetworkMode;
  readonly ports: readonly Port[];
  readonly memory: string;
  readonly memoryUnit: MemoryUnit;
  readonly cpus: string;
  readonly pids: string;
}

export function emptyForm(image: string): RunForm {
  return {
    image,
    name: '',
    command: '',
    env: [],
    workingDir: '',
    user: '',
    tty: false,
    openStdin: false,
    restart: 'no',
    retries: '',
    network: 'bridge',
    ports: [],
    memory: '',
    memoryUnit: 'MiB',
    cpus: '',
    pids: '',
  };
}

/** A key for a new row that no other row has. */
export function nextKey(rows: readonly { readonly key: number }[]): number {
  return Math.max(0, ...rows.map(({ key }) => key)) + 1;
}

/** Bytes of the memory field, undefined while it holds no number. */
export function memoryBytes({ memory, memoryUnit }: Pick<RunForm, 'memory' | 'memoryUnit'>): number | undefined {
  const amount = Number(memory.trim());
  return memory.trim() !== '' && amount > 0 ? Math.round(amount * MEMORY_UNITS[memoryUnit]) : undefined;
}
