import { type LogMessage, WS_ROUTES } from '@keelson/contracts';
import { MOST_ROWS } from './log-buffer';

/** How far a log was read, so that a new connection goes on there: `since` is inclusive, and many lines can have one time. */
export class LogCursor {
  private last: string | undefined;
  private seenOfLast = 0;
  private toSkip = 0;

  /** The address of the next connection. */
  path(id: string): string {
    this.toSkip = this.seenOfLast;
    const query = new URLSearchParams(this.last === undefined ? { tail: String(MOST_ROWS) } : { since: this.last });
    return `${WS_ROUTES.logs(id)}?${query}`;
  }

  /** False for a line that came before the connection was lost. */
  isNew(message: LogMessage): boolean {
    if (message.type !== 'line' || message.time === undefined) return true;
    if (message.time === this.last && this.toSkip > 0) {
      this.toSkip--;
      return false;
    }
    this.toSkip = 0;
    this.seenOfLast = message.time === this.last ? this.seenOfLast + 1 : 1;
    this.last = message.time;
    return true;
  }
}
