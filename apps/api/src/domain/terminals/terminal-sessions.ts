import { randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { ProcessStreams } from '../containers/containers.ports.js';
import { DomainError } from '../errors.js';
import { Terminal, type TerminalClient } from './terminal.js';

const MAX_PER_TENANT = 64;
/** How long a terminal waits for its user to come back, e.g. over a reload of the page. */
const PATIENCE_MS = 60_000;

/** All open terminals of the instance. They belong to the user who opened them; an id alone opens nothing. */
@Injectable()
export class TerminalSessions implements OnApplicationShutdown {
  private readonly terminals = new Map<string, Terminal>();
  private readonly leaving = new Map<string, NodeJS.Timeout>();

  /** Throws `too_many_requests`; asked before a process is started. */
  requireRoom({ tenant }: Principal): void {
    const open = [...this.terminals.values()].filter(({ tenantId }) => tenantId === tenant.id).length;
    if (open >= MAX_PER_TENANT) {
      throw new DomainError('too_many_requests', `${MAX_PER_TENANT} terminals are open; close one first`, { limit: MAX_PER_TENANT });
    }
  }

  open(principal: Principal, streams: ProcessStreams, attached: boolean): Terminal {
    const id = randomBytes(16).toString('hex');
    const terminal = new Terminal(id, principal.id, principal.tenant.id, attached, streams);
    this.terminals.set(id, terminal);
    void terminal.run().finally(() => {
      // Somebody who is away still gets the last output and the exit code within the time.
      if (terminal.hasClient()) this.forget(terminal);
    });
    return terminal;
  }

  /** Throws `exec_not_found`, also for another user's. */
  resume(principal: Principal, id: string): Terminal {
    const terminal = this.terminals.get(id);
    if (!terminal || terminal.ownerId !== principal.id || terminal.tenantId !== principal.tenant.id) {
      throw new DomainError('exec_not_found', 'this terminal is not there any more; open a new one', { terminal: id });
    }
    clearTimeout(this.leaving.get(id));
    this.leaving.delete(id);
    return terminal;
  }

  /** The client has gone; the terminal is closed unless one comes back in time. */
  leave(terminal: Terminal, client: TerminalClient): void {
    if (!terminal.disconnect(client) || !this.terminals.has(terminal.id)) return;
    this.leaving.set(terminal.id, setTimeout(() => this.close(terminal), PATIENCE_MS).unref());
  }

  close(terminal: Terminal): void {
    this.forget(terminal);
    terminal.close();
  }

  onApplicationShutdown(): void {
    for (const terminal of [...this.terminals.values()]) this.close(terminal);
  }

  private forget({ id }: Terminal): void {
    clearTimeout(this.leaving.get(id));
    this.leaving.delete(id);
    this.terminals.delete(id);
  }
}
