import { backoffDelay } from './backoff';

export type StreamStatus = 'connecting' | 'open' | 'waiting';

export interface StreamHandlers {
  readonly onMessage: (data: string | ArrayBuffer) => void;
  /** Called for each connection, also after a lost one: the place to subscribe. */
  readonly onOpen?: (send: (data: string | Uint8Array<ArrayBuffer>) => void) => void;
  readonly onStatus?: (status: StreamStatus) => void;
}

/**
 * A WebSocket that comes back: after a loss it waits (longer each time, up to 15 s) and connects again until closed.
 * A tab that becomes visible or a network that returns ends the wait.
 */
export class StreamClient {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempts = 0;
  private closed = false;

  /** `path` is asked for before each connection, so that it can say where to go on. */
  constructor(
    private readonly path: () => string,
    private readonly handlers: StreamHandlers,
  ) {
    window.addEventListener('online', this.wake);
    document.addEventListener('visibilitychange', this.wake);
    this.connect();
  }

  send(data: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(data);
    return true;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    window.removeEventListener('online', this.wake);
    document.removeEventListener('visibilitychange', this.wake);
    this.socket?.close(1000);
  }

  private connect(): void {
    this.handlers.onStatus?.('connecting');
    const socket = new WebSocket(new URL(this.path(), location.href.replace(/^http/, 'ws')));
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.onopen = () => {
      this.handlers.onStatus?.('open');
      this.handlers.onOpen?.((data) => socket.send(data));
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      // Only what was said proves a connection good: one that is accepted and dropped at once must not be tried in a tight loop.
      this.attempts = 0;
      if (!this.closed) this.handlers.onMessage(data);
    };
    socket.onclose = () => this.retry(socket);
  }

  private retry(socket: WebSocket): void {
    if (this.closed || this.socket !== socket) return;
    this.handlers.onStatus?.('waiting');
    this.timer = setTimeout(() => this.connect(), backoffDelay(this.attempts++, Math.random()));
  }

  private readonly wake = (): void => {
    if (this.closed || document.hidden || this.socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.timer);
    this.connect();
  };
}
