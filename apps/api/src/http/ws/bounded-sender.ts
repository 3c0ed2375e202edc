import type { WebSocket } from 'ws';

/** What may wait in our memory for one client that does not read. */
const MOST_WAITING = 1024 * 1024;

/**
 * Sends to one client within a bound of memory. Two ways for two kinds of source: `offer` for what cannot wait (events, samples), which is dropped and
 * counted while the client lags, and `room` for what can be asked for later (a log, the output of a process).
 */
export class BoundedSender {
  private missed = 0;

  constructor(
    private readonly socket: WebSocket,
    /** The message that tells how much was dropped: messages, or bytes where `offer` was given sizes. */
    private readonly gapMessage: (missed: number) => object = (messages) => ({ type: 'gap', messages }),
  ) {}

  /** `weight`: what a gap counts, 1 for a message. */
  offer(message: object, weight = 1): void {
    if (this.missed > 0 || this.socket.bufferedAmount > MOST_WAITING) {
      this.missed += weight;
      return;
    }
    this.send(JSON.stringify(message));
  }

  /** For the few messages that must arrive: answers, ends, errors. */
  tell(message: object): void {
    this.send(JSON.stringify(message));
  }

  bytes(bytes: Uint8Array): void {
    this.send(bytes);
  }

  /** Resolves once little enough waits, or the client has gone. */
  room(): Promise<void> {
    if (this.socket.bufferedAmount <= MOST_WAITING || this.isClosed()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (this.socket.bufferedAmount > MOST_WAITING / 2 && !this.isClosed()) return;
        this.waiting.delete(look);
        this.socket.off('close', look);
        resolve();
      };
      this.waiting.add(look);
      this.socket.on('close', look);
    });
  }

  private readonly waiting = new Set<() => void>();

  private send(data: string | Uint8Array): void {
    if (this.isClosed()) return;
    this.socket.send(data, { binary: typeof data !== 'string' }, () => this.sent());
  }

  /** Called when bytes have left for the kernel. */
  private sent(): void {
    for (const look of [...this.waiting]) look();
    if (this.missed === 0 || this.socket.bufferedAmount > MOST_WAITING / 2) return;
    const missed = this.missed;
    this.missed = 0;
    this.tell(this.gapMessage(missed));
  }

  private isClosed(): boolean {
    return this.socket.readyState !== this.socket.OPEN;
  }
}
