import { type TerminalClientMessage, type TerminalServerMessage, terminalServerMessage, WS_ROUTES } from '@keelson/contracts';
import { StreamClient } from '@/lib/stream-client';
import type { OpenTerminal } from '../model/open-terminals';

export interface Size {
  readonly rows: number;
  readonly cols: number;
}

export type TerminalStatus =
  | { readonly type: 'connecting' | 'open' | 'lost' }
  | { readonly type: 'ended'; readonly exitCode: number }
  | { readonly type: 'failed'; readonly message: string };

export interface TerminalHandlers {
  readonly onOutput: (bytes: Uint8Array) => void;
  /** The session to come back with. After a resume the server repeats the newest output, so the screen starts anew. */
  readonly onOpened: (session: string, resumed: boolean) => void;
  readonly onGap: (bytes: number) => void;
  readonly onStatus: (status: TerminalStatus) => void;
}

/** Keys, or pastes. */
const MOST_EARLY = 1000;

/** The connection of one terminal: opens it, comes back to it after a loss, and ends with its process. */
export class TerminalConnection {
  private readonly client: StreamClient;
  private readonly encoder = new TextEncoder();
  private session: string | undefined;
  private over = false;
  private readonly early: Uint8Array<ArrayBuffer>[] = [];
  /** Of the present connection, not of an earlier one. */
  private isOpen = false;

  constructor(
    private readonly container: string,
    private readonly wanted: OpenTerminal,
    private size: Size,
    private readonly handlers: TerminalHandlers,
  ) {
    this.session = wanted.session;
    this.client = new StreamClient(() => WS_ROUTES.terminal, {
      onOpen: (send) => {
        this.isOpen = false;
        send(JSON.stringify(this.firstMessage()));
        for (const bytes of this.early.splice(0)) send(bytes);
      },
      onMessage: (data) => (typeof data === 'string' ? this.take(JSON.parse(data)) : handlers.onOutput(new Uint8Array(data))),
      onStatus: (status) => status === 'waiting' && handlers.onStatus({ type: 'lost' }),
    });
  }

  type(text: string): void {
    this.bytes(this.encoder.encode(text));
  }

  /** What is typed before there is a connection waits for it, within a bound. */
  bytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.client.send(bytes) && this.early.length < MOST_EARLY) this.early.push(bytes);
  }

  resize(size: Size): void {
    this.size = size;
    if (this.session !== undefined) this.say({ type: 'resize', ...size });
  }

  /** Lets go without ending it: it can be resumed for a while. */
  leave(): void {
    this.client.close();
  }

  /** Hangs up what runs in it. */
  end(): void {
    this.say({ type: 'close' });
    this.leave();
  }

  private firstMessage(): TerminalClientMessage {
    const { container, wanted, size, session } = this;
    if (session !== undefined) return { type: 'resume', terminal: session, ...size };
    if (wanted.command === undefined) return { type: 'attach', container, ...size };
    return { type: 'exec', container, command: wanted.command, ...(wanted.user && { user: wanted.user }), ...size };
  }

  private say(message: TerminalClientMessage): void {
    this.client.send(JSON.stringify(message));
  }

  /** A session that the server has given up while nobody was there is opened anew by the next connection. */
  private take(value: unknown): void {
    const message: TerminalServerMessage = terminalServerMessage.parse(value);
    if (this.over) return;
    if (message.type === 'opened') {
      this.isOpen = true;
      this.session = message.terminal;
      this.handlers.onOpened(message.terminal, message.resumed);
      this.handlers.onStatus({ type: 'open' });
      // The window may have changed while the terminal was being opened.
      this.say({ type: 'resize', ...this.size });
    } else if (message.type === 'gap') this.handlers.onGap(message.bytes);
    else if (message.type === 'error' && message.code === 'exec_not_found' && !this.isOpen) this.session = undefined;
    else this.finish(message);
  }

  private finish(message: Extract<TerminalServerMessage, { type: 'exit' | 'error' }>): void {
    this.over = true;
    this.leave();
    this.handlers.onStatus(
      message.type === 'exit' ? { type: 'ended', exitCode: message.exitCode } : { type: 'failed', message: message.message },
    );
  }
}
