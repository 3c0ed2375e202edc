import { type FSWatcher, watch } from 'node:fs';

/** What happened to the files of a directory: written to, or made and removed. */
export type DirectoryChange = 'content' | 'names';

/** Tells when something in a directory may have changed. The watch stands from the start, so no change falls between two questions. */
export class DirectoryChanges {
  readonly #watcher: FSWatcher;
  #change: DirectoryChange | undefined;
  #wake = () => {};

  /** Throws where the directory does not exist. */
  constructor(
    directory: string,
    private readonly end: AbortSignal,
  ) {
    this.#watcher = watch(directory, (event) => this.#tell(event === 'change' ? 'content' : 'names'));
    this.#watcher.on('error', () => this.#tell('names'));
    this.end.addEventListener('abort', this.#ended, { once: true });
  }

  /** Returns at once when something has changed since it returned last, or the end was announced. */
  async next(): Promise<DirectoryChange> {
    if (!this.#change && !this.end.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    const change = this.#change ?? 'names';
    this.#change = undefined;
    return change;
  }

  close(): void {
    this.end.removeEventListener('abort', this.#ended);
    this.#watcher.close();
    this.#ended();
  }

  readonly #ended = () => this.#tell('names');

  #tell(change: DirectoryChange): void {
    if (this.#change !== 'names') this.#change = change;
    this.#wake();
  }
}
