import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Principal } from '../../domain/access/principal.js';
import { DomainError } from '../../domain/errors.js';
import { EventLog } from '../../domain/events/events.ports.js';
import type { ErrorAnswer } from '../middleware/error-answer.js';
import { answerTo } from '../middleware/fault.js';
import { RequestGate } from '../middleware/request-gate.js';

const MAX_MESSAGE_BYTES = 1024 * 1024;
/** A client that answers no ping within two of these has gone without saying so. */
const HEARTBEAT_MS = 20_000;
/** How long clients have to answer when the server says goodbye. */
const CLOSE_MS = 1_000;
/** Codes of RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

export interface SocketContext {
  readonly principal: Principal;
  /** Values of `:name` segments of the route. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** Serves one connection; what it throws is told to the client as an error message, and the connection is closed. */
export type SocketHandler = (socket: WebSocket, context: SocketContext) => void | Promise<void>;

/** The WebSocket door: finds the route, lets the gate decide, keeps connections alive or ends them. */
@Injectable()
export class UpgradeRouter {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  private readonly routes: { pattern: RegExp; handler: SocketHandler }[] = [];

  constructor(
    private readonly gate: RequestGate,
    private readonly events: EventLog,
  ) {}

  /** `path` with `:name` for segments that vary. */
  register(path: string, handler: SocketHandler): void {
    this.routes.push({ pattern: new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`), handler });
  }

  listen(http: Server): void {
    http.on('upgrade', (request, socket, head) => void this.upgrade(request, socket, head));
  }

  /** An HTTP server does not count as closed while sockets that it upgraded are open, and does not end them itself. */
  async close(): Promise<void> {
    const { clients } = this.server;
    // From here on upgrades that are on their way are refused.
    this.server.close();
    for (const client of clients) client.close(GOING_AWAY, 'the server stops');
    const timer = setTimeout(() => {
      for (const client of clients) client.terminate();
    }, CLOSE_MS);
    // Not events.once, which rejects where a client ends with an error.
    await Promise.all([...clients].map((client) => new Promise((resolve) => client.once('close', resolve))));
    clearTimeout(timer);
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const { handler, params } = this.find(url.pathname);
      const principal = await this.gate.admit(request);
      const context = { principal, params, query: Object.fromEntries(url.searchParams) };
      this.server.handleUpgrade(request, socket, head, (client) => {
        this.keep(client, request, principal);
        void this.serve(client, handler, context);
      });
    } catch (error) {
      refuse(socket, answerTo(error, `WebSocket ${request.url}`));
    }
  }

  private find(path: string): { handler: SocketHandler; params: Record<string, string> } {
    for (const { pattern, handler } of this.routes) {
      const match = pattern.exec(path);
      if (!match) continue;
      return { handler, params: decodeParams(match.groups ?? {}) };
    }
    throw new DomainError('route_not_found', `there is no WebSocket at ${path}`);
  }

  /** Ends a connection whose client has gone, and one whose caller may not come in any more: a session ends while its sockets are open. */
  private keep(client: WebSocket, request: IncomingMessage, { tenant }: Principal): void {
    const admit = () => {
      this.gate.admit(request).catch((error) => {
        // Anything else, a database that does not answer for a moment, says nothing about the caller.
        if (error instanceof DomainError) client.close(POLICY_VIOLATION, error.code);
      });
    };
    client.on('error', () => client.terminate());
    const stopBeating = heartbeat(client, admit);
    const stopListening = this.events.subscribe(tenant.id, ({ action }) => {
      if (action === 'session.remove') admit();
    });
    client.once('close', () => {
      stopBeating();
      stopListening();
    });
  }

  private async serve(client: WebSocket, handler: SocketHandler, context: SocketContext): Promise<void> {
    try {
      await handler(client, context);
    } catch (error) {
      const { body } = answerTo(error, 'a WebSocket');
      client.send(JSON.stringify({ type: 'error', ...body }));
      client.close(POLICY_VIOLATION, body.code);
    }
  }
}

function decodeParams(groups: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch (cause) {
    throw new DomainError('invalid_input', 'the address has a "%" that is followed by no two hexadecimal digits', {}, { cause });
  }
}

/** Returns the way to stop. */
function heartbeat(client: WebSocket, each: () => void): () => void {
  let answered = true;
  client.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return client.terminate();
    answered = false;
    client.ping();
    each();
  }, HEARTBEAT_MS).unref();
  return () => clearInterval(timer);
}

/** Before the upgrade the client still speaks HTTP, so it gets an HTTP answer. */
function refuse(socket: Duplex, { status, body }: ErrorAnswer): void {
  const json = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${body.code}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\nconnection: close\r\n\r\n${json}`,
  );
}
