/** Answers that stay true until something is written. What is not there is asked for each time: anybody can make up names of that. */
export class Remembered<T> {
  private readonly known = new Map<string, T>();
  private writes = 0;

  constructor(private readonly most: number) {}

  async get(key: string, read: () => Promise<T | null>): Promise<T | null> {
    const kept = this.known.get(key);
    if (kept !== undefined) return kept;
    const { writes } = this;
    const found = await read();
    // Read before a write that has since happened, it may be what the write took away.
    if (found !== null && writes === this.writes) this.keep(key, found);
    return found;
  }

  forget(): void {
    this.writes++;
    this.known.clear();
  }

  private keep(key: string, value: T): void {
    if (this.known.size >= this.most) this.known.clear();
    this.known.set(key, value);
  }
}
