import type { Image, LayerProgress } from './images.js';

export type PullUpdate =
  | {
      readonly type: 'resolved';
      /** Familiar form. */
      readonly reference: string;
      readonly digest: string;
      readonly layers: readonly { readonly digest: string; readonly sizeBytes: number }[];
    }
  | ({ readonly type: 'layer' } & LayerProgress)
  | { readonly type: 'done'; readonly image: Image };

/** Ten lines a second and layer are more than an eye can follow. */
const MIN_INTERVAL_MS = 100;

interface Reader {
  /** What it has not taken yet, one update for each layer: a slow reader costs no more than that. */
  readonly pending: Map<string, PullUpdate>;
  wake: () => void;
}

/** The progress of one pull for any number of readers. One that comes late hears the present state first. */
export class PullFeed {
  private readonly state = new Map<string, PullUpdate>();
  private readonly told = new Map<string, { status: string; at: number }>();
  private readonly readers = new Set<Reader>();
  private end: { readonly error?: unknown } | undefined;

  get readerCount(): number {
    return this.readers.size;
  }

  layer(progress: LayerProgress): void {
    const last = this.told.get(progress.digest);
    const now = performance.now();
    const isNews = last?.status !== progress.status || progress.currentBytes === progress.totalBytes;
    if (!isNews && now - last.at < MIN_INTERVAL_MS) return;
    this.told.set(progress.digest, { status: progress.status, at: now });
    this.tell(progress.digest, { type: 'layer', ...progress });
  }

  resolved(update: Omit<PullUpdate & { type: 'resolved' }, 'type'>): void {
    this.tell('resolved', { type: 'resolved', ...update });
  }

  done(image: Image): void {
    this.tell('done', { type: 'done', image });
    this.finish({});
  }

  fail(error: unknown): void {
    this.finish({ error });
  }

  /** Counts as a reader at once; `onLeave` is called when it has ended or was returned from. */
  follow(onLeave: () => void): AsyncGenerator<PullUpdate> {
    const reader: Reader = { pending: new Map(this.state), wake: () => undefined };
    this.readers.add(reader);
    return new Following(this.read(reader), () => {
      if (!this.readers.delete(reader)) return;
      reader.wake();
      onLeave();
    });
  }

  private async *read(reader: Reader): AsyncGenerator<PullUpdate> {
    while (this.readers.has(reader)) {
      const [next] = reader.pending;
      if (next) {
        reader.pending.delete(next[0]);
        yield next[1];
      } else if (this.end) {
        if ('error' in this.end) throw this.end.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          reader.wake = resolve;
        });
      }
    }
  }

  private tell(about: string, update: PullUpdate): void {
    this.state.set(about, update);
    for (const reader of this.readers) {
      // Behind what is pending already: the last word about a layer stays the last.
      reader.pending.delete(about);
      reader.pending.set(about, update);
      reader.wake();
    }
  }

  private finish(end: { readonly error?: unknown }): void {
    this.end ??= end;
    for (const reader of this.readers) reader.wake();
  }
}

/** A generator whose `return` works at once, also while `next` waits and before it was ever asked. */
class Following implements AsyncGenerator<PullUpdate> {
  constructor(
    private readonly inner: AsyncGenerator<PullUpdate>,
    private readonly leave: () => void,
  ) {}

  async next(): Promise<IteratorResult<PullUpdate>> {
    try {
      const result = await this.inner.next();
      if (result.done) this.leave();
      return result;
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<PullUpdate>> {
    this.leave();
    return this.inner.return(undefined);
  }

  async throw(error: unknown): Promise<IteratorResult<PullUpdate>> {
    this.leave();
    return this.inner.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
