import { type TerminalServerMessage, terminalClientMessage, WS_ROUTES } from '@keelson/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { RawData, WebSocket } from 'ws';
import type { z } from 'zod';
import type { Principal } from '../../domain/access/principal.js';
import { DomainError } from '../../domain/errors.js';
import { OpenTerminal } from '../../domain/terminals/open-terminal.js';
import type { Terminal, TerminalClient } from '../../domain/terminals/terminal.js';
import { TerminalSessions } from '../../domain/terminals/terminal-sessions.js';
import { BoundedSender } from './bounded-sender.js';
import { parseMessage } from './input.js';
import { UpgradeRouter } from './upgrade-router.js';

type ClientMessage = z.output<typeof terminalClientMessage>;
const POLICY_VIOLATION = 1008;

/** A terminal in a browser: binary frames are its bytes, text frames control it. The first message opens it. */
@Injectable()
export class TerminalSocket implements OnModuleInit {
  constructor(
    private readonly router: UpgradeRouter,
    private readonly openTerminal: OpenTerminal,
    private readonly sessions: TerminalSessions,
  ) {}

  onModuleInit(): void {
    this.router.register(WS_ROUTES.terminal, (socket, { principal }) => this.serve(socket, principal));
  }

  private async serve(socket: WebSocket, principal: Principal): Promise<void> {
    const early: [RawData, boolean][] = [];
    const keepEarly = (data: RawData, isBinary: boolean) => early.push([data, isBinary]);
    const first = await firstMessage(socket, keepEarly);
    const terminal = await this.open(principal, first).finally(() => socket.resume());
    socket.off('message', keepEarly);
    await this.connect(socket, terminal, first.type === 'resume', early);
  }

  private async open(principal: Principal, message: ClientMessage): Promise<Terminal> {
    switch (message.type) {
      case 'attach':
        return this.openTerminal.attach(principal, message.container, message);
      case 'exec':
        return this.openTerminal.exec(principal, message);
      case 'resume':
        return this.openTerminal.resume(principal, message.terminal, message);
      default:
        throw new DomainError('invalid_input', `open a terminal with attach, exec or resume before "${message.type}"`);
    }
  }

  private async connect(socket: WebSocket, terminal: Terminal, resumed: boolean, early: readonly [RawData, boolean][]): Promise<void> {
    const sender = new BoundedSender(socket);
    const client = clientOf(socket, sender);
    const take = (data: RawData, isBinary: boolean) => this.take(socket, terminal, data, isBinary);
    socket.on('message', take);
    socket.once('close', () => this.sessions.leave(terminal, client));
    sender.tell({ type: 'opened', terminal: terminal.id, resumed } satisfies TerminalServerMessage);
    for (const [data, isBinary] of early) take(data, isBinary);
    await terminal.connect(client);
    if (socket.readyState !== socket.OPEN) this.sessions.leave(terminal, client);
  }

  private take(socket: WebSocket, terminal: Terminal, data: RawData, isBinary: boolean): void {
    if (isBinary) {
      // The connection waits until the process has taken what was typed or pasted.
      socket.pause();
      terminal.write(toBytes(data)).then(
        () => socket.resume(),
        () => socket.resume(),
      );
      return;
    }
    try {
      const message = parseMessage(terminalClientMessage, data);
      if (message.type === 'resize') terminal.resize(message.rows, message.cols);
      if (message.type === 'close') this.end(socket, terminal);
    } catch (error) {
      if (error instanceof DomainError) socket.close(POLICY_VIOLATION, error.code);
      else throw error;
    }
  }

  private end(socket: WebSocket, terminal: Terminal): void {
    this.sessions.close(terminal);
    socket.close();
  }
}

function clientOf(socket: WebSocket, sender: BoundedSender): TerminalClient {
  return {
    output: (bytes) => {
      sender.bytes(bytes);
      return sender.room();
    },
    gap: (bytes) => sender.tell({ type: 'gap', bytes } satisfies TerminalServerMessage),
    exit: (exitCode) => {
      sender.tell({ type: 'exit', exitCode } satisfies TerminalServerMessage);
      socket.close();
    },
    closed: (message) => {
      sender.tell({ type: 'error', code: 'exec_not_found', message } satisfies TerminalServerMessage);
      socket.close();
    },
  };
}

/**
 * What the user types while the process is still being started goes to `later`. At once: messages that came with the first are
 * emitted in the same turn, before the promise is heard. The rest waits in the connection.
 */
function firstMessage(socket: WebSocket, later: (data: RawData, isBinary: boolean) => void): Promise<ClientMessage> {
  return new Promise((resolve, reject) => {
    socket.once('message', (data, isBinary) => {
      try {
        if (isBinary) throw new DomainError('invalid_input', 'open a terminal with attach, exec or resume before sending bytes');
        resolve(parseMessage(terminalClientMessage, data));
        socket.on('message', later).pause();
      } catch (error) {
        reject(error);
      }
    });
    socket.once('close', () => reject(new DomainError('invalid_input', 'the connection was closed before a terminal was opened')));
  });
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
