import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { AttachContainer } from '../containers/attach-container.js';
import { OpenExec } from '../containers/open-exec.js';
import type { Terminal } from './terminal.js';
import { TerminalSessions } from './terminal-sessions.js';

export interface TerminalSize {
  readonly rows: number;
  readonly cols: number;
}

export interface ExecTerminal extends TerminalSize {
  readonly container: string;
  readonly command: readonly string[];
  readonly user?: string | undefined;
  readonly workingDir?: string | undefined;
}

/** The three ways to a terminal. The size of the window is part of each, so that the first screen is drawn right. */
@Injectable()
export class OpenTerminal {
  constructor(
    private readonly attachContainer: AttachContainer,
    private readonly openExec: OpenExec,
    private readonly sessions: TerminalSessions,
  ) {}

  /** The terminal of PID 1, or its output where it has none. */
  async attach(principal: Principal, container: string, { rows, cols }: TerminalSize): Promise<Terminal> {
    this.sessions.requireRoom(principal);
    const { streams } = await this.attachContainer.execute(principal, container);
    streams.resize(rows, cols);
    return this.sessions.open(principal, streams, true);
  }

  async exec(principal: Principal, { container, command, user, workingDir, rows, cols }: ExecTerminal): Promise<Terminal> {
    this.sessions.requireRoom(principal);
    const { streams } = await this.openExec.execute(principal, container, {
      command,
      tty: { rows, cols },
      stdin: true,
      ...(user !== undefined && { user }),
      ...(workingDir !== undefined && { workingDir }),
    });
    return this.sessions.open(principal, streams, false);
  }

  resume(principal: Principal, id: string, { rows, cols }: TerminalSize): Terminal {
    const terminal = this.sessions.resume(principal, id);
    terminal.resize(rows, cols);
    return terminal;
  }
}
