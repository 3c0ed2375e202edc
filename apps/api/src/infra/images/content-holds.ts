/** Digests that running pulls and imports count on: they are not deleted though no record refers to them yet. */
export class ContentHolds {
  private readonly counts = new Map<string, number>();

  /** Returns the way to let go, which may be called twice. */
  hold(digests: Iterable<string>): () => void {
    const held = new Set(digests);
    for (const digest of held) this.counts.set(digest, (this.counts.get(digest) ?? 0) + 1);
    return () => {
      for (const digest of held) this.release(digest);
      held.clear();
    };
  }

  has(digest: string): boolean {
    return this.counts.has(digest);
  }

  private release(digest: string): void {
    const left = (this.counts.get(digest) ?? 1) - 1;
    if (left === 0) this.counts.delete(digest);
    else this.counts.set(digest, left);
  }
}
