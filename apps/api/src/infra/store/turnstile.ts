/** One at a time, in the order of arrival: a connection has one transaction, and nobody else's query may fall into it. */
export class Turnstile {
  private last: Promise<void> | undefined;

  /** Resolves with the way out once everybody before has left. */
  async enter(): Promise<() => void> {
    const before = this.last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.last = promise;
    await before;
    return () => {
      if (this.last === promise) this.last = undefined;
      resolve();
    };
  }
}
