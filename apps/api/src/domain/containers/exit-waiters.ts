import { Injectable } from '@nestjs/common';
import type { Container } from './container.js';

type Listener = (container: Container | null) => void;

/** Who waits for the end of a container's present run. */
@Injectable()
export class ExitWaiters {
  private readonly waiting = new Map<string, Set<Listener>>();

  /**
   * The container as its next exit leaves it, null once it is removed. Rejects with the signal's reason when that fires first. Ask before doing
   * what ends the run, so that nothing is missed.
   */
  next(containerId: string, signal?: AbortSignal): Promise<Container | null> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const listeners = this.waiting.get(containerId) ?? new Set<Listener>();
      this.waiting.set(containerId, listeners);
      const abort = () => {
        this.forget(containerId, listener);
        reject(signal?.reason);
      };
      const listener: Listener = (container) => {
        signal?.removeEventListener('abort', abort);
        resolve(container);
      };
      listeners.add(listener);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** As `next`, but at most for the given time: undefined then. */
  async within(containerId: string, milliseconds: number): Promise<Container | null | undefined> {
    const timeout = AbortSignal.timeout(milliseconds);
    return this.next(containerId, timeout).catch((error: unknown) => {
      if (timeout.aborted) return undefined;
      throw error;
    });
  }

  tell(containerId: string, container: Container | null): void {
    const listeners = this.waiting.get(containerId) ?? [];
    this.waiting.delete(containerId);
    for (const listener of listeners) listener(container);
  }

  private forget(containerId: string, listener: Listener): void {
    const listeners = this.waiting.get(containerId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.waiting.delete(containerId);
  }
}
