import { type FSWatcher, watch } from 'node:fs';

/** Tells when something in a directory may have changed. The watch stands from the start, so no change falls between two questions. */
export class DirectoryChanges {
  readonly #watcher: FSWatcher;
  #changed = false;
  #wake = () => {};

  /** Throws where the directory does not exist. */
  constructor(
    directory: string,
    private readonly end: AbortSignal,
  ) {
    this.#watcher = watch(directory, () => this.#tell());
    this.#watcher.on('error', () => this.#tell());
    this.end.addEventListener('abort', this.#tell, { once: true });
  }

  /** Returns at once when something has changed since it returned last, or the end was announced. */
  async next(): Promise<void> {
    if (!this.#changed && !this.end.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    this.#changed = false;
  }

  close(): void {
    this.end.removeEventListener('abort', this.#tell);
    this.#watcher.close();
    this.#tell();
  }

  readonly #tell = () => {
    this.#changed = true;
    this.#wake();
  };
}
