import { execFileSync } from 'node:child_process';
import { Workshop } from '../support/bundle.js';
import { type Life, Scene } from './scene.js';
import type { Reached } from './trace.js';

export const ERRORS = ['enospc', 'eio', 'enomem', 'emfile', 'eperm'] as const;
const LANES = 3;

/** Each call of a program, or of the calls from one place the first and the last. */
export function pointsOf(reached: readonly Reached[], all: boolean): string[] {
  if (all) return [...new Set(reached.map(({ point }) => point))];
  const sites = Map.groupBy(reached, ({ point, caller }) => `${point.slice(0, point.indexOf('#'))} ${caller}`);
  return [...sites.values()].flatMap((calls) => [...new Set([calls[0]?.point ?? '', calls.at(-1)?.point ?? ''])]);
}

/** Containers beside each other, each with one fault after another. */
export class Loop {
  readonly #workshop = new Workshop();
  readonly #bridge = `ksf${process.pid}`;
  readonly #scenes: readonly Scene[];

  constructor(firstPort: number) {
    execFileSync('ip', ['link', 'add', this.#bridge, 'type', 'bridge']);
    execFileSync('ip', ['link', 'set', this.#bridge, 'up']);
    this.#scenes = Array.from({ length: LANES }, (_, lane) => new Scene(this.#workshop, this.#bridge, firstPort + lane, lane + 1));
  }

  /** A life without a fault. */
  clean(): Promise<Life> {
    return (this.#scenes[0] as Scene).live();
  }

  /** Calls `judge` after each fault's life; what it complains of is returned with the fault's name. */
  async over(faults: readonly string[], judge: (life: Life, scene: Scene) => Promise<string[]>): Promise<string[]> {
    const complaints: string[] = [];
    const rest = faults.values();
    await Promise.all(
      this.#scenes.map(async (scene) => {
        for (const fault of rest) {
          const life = await scene.live(fault);
          for (const line of await judge(life, scene)) complaints.push(`${fault}: ${line} (told: ${life.told || 'nothing'})`);
        }
      }),
    );
    return complaints;
  }

  async close(): Promise<void> {
    for (const scene of this.#scenes) await scene.sweep();
    await this.#workshop.close().finally(() => execFileSync('ip', ['link', 'delete', this.#bridge]));
  }
}
