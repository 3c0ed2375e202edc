/** One queue for each key: what two callers ask of the same object happens one after the other, in the order of asking. */
export class KeyedLock {
  private readonly tails = new Map<string, Promise<void>>();

  /** Runs `work` once everything asked for under `key` before has ended, well or not. Not reentrant. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.tails.set(key, settled);
    void settled.then(() => {
      // The last one out: the map holds keys in use only.
      if (this.tails.get(key) === settled) this.tails.delete(key);
    });
    return result;
  }

  /** Keys somebody works under or waits for. */
  get size(): number {
    return this.tails.size;
  }
}
