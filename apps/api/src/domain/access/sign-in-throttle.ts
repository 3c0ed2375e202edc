import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';

/** Failures that a client may have at once, and the time after which one of them is forgotten. */
const FAILURES = 10;
const FORGET_MS = 6_000;
/** Clients remembered; with more the longest known is forgotten first. */
const MOST_CLIENTS = 1_000;

/** Slows down who tries tokens. Nobody is locked out for longer than it takes to forget one failure, whoever else fails from the same address. */
@Injectable()
export class SignInThrottle {
  /** For each client the instant at which all its failures will be forgotten, in milliseconds of a clock that nobody sets. */
  private readonly clearAt = new Map<string, number>();

  /** Counts an attempt as failed until `succeeded` says otherwise, so that attempts made at once count too. Throws `too_many_requests`. */
  attempt(client: string): void {
    const now = Math.round(performance.now());
    const clear = Math.max(this.clearAt.get(client) ?? 0, now) + FORGET_MS;
    const wait = clear - now - FAILURES * FORGET_MS;
    if (wait > 0) {
      const retryAfterSeconds = Math.ceil(wait / 1000);
      throw new DomainError('too_many_requests', `too many failed sign-ins; try again in ${retryAfterSeconds} s`, { retryAfterSeconds });
    }
    this.remember(client, clear);
  }

  succeeded(client: string): void {
    const clear = this.clearAt.get(client);
    if (clear !== undefined) this.clearAt.set(client, clear - FORGET_MS);
  }

  private remember(client: string, clear: number): void {
    this.clearAt.delete(client);
    this.clearAt.set(client, clear);
    if (this.clearAt.size <= MOST_CLIENTS) return;
    const [oldest] = this.clearAt.keys();
    if (oldest !== undefined) this.clearAt.delete(oldest);
  }
}
