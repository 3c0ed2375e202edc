import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Config } from '../../config/config.js';
import { DomainError } from '../../domain/errors.js';

const HOST = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d{1,5})?$/;

/**
 * The names by which this server may be called. A page of a foreign site can let its own name point here (DNS rebinding), and the browser then takes the
 * two for one site; a name that cannot be made to point elsewhere, or that the operator chose, is no such name.
 */
@Injectable()
export class HostNames {
  private readonly own: ReadonlySet<string>;

  private readonly behindTls: ReadonlySet<string>;

  constructor({ listen, hosts }: Config) {
    const machine = hostname();
    const given = hosts.map(({ name }) => name);
    this.own = new Set([listen.host, machine, `${machine}.local`, ...given].map((name) => name.toLowerCase()));
    this.behindTls = new Set(hosts.filter(({ tls }) => tls).map(({ name }) => name));
  }

  /** Throws `host_not_allowed`. The port may be any: a tunnel's differs from ours. */
  check({ headers: { host = '' } }: IncomingMessage): void {
    const match = HOST.exec(host.toLowerCase());
    const address = match?.[1];
    const name = match?.[2] ?? '';
    if (address !== undefined ? isIP(address) === 6 : this.isOurs(name)) return;
    throw new DomainError(
      'host_not_allowed',
      'the Host header is no name of this server; use its IP address or the name of its machine, or add the name to KEELSON_HOSTS',
    );
  }

  /** Whether the client came by a name that the operator serves by TLS. Who lies about it gets a cookie that browsers do not send without TLS. */
  isBehindTls({ headers: { host = '' } }: IncomingMessage): boolean {
    return this.behindTls.has(HOST.exec(host.toLowerCase())?.[2] ?? '');
  }

  /** The check as the first step of every request, files of the dashboard included. */
  middleware() {
    return (request: Request, _: Response, next: NextFunction): void => {
      this.check(request);
      next();
    };
  }

  private isOurs(name: string): boolean {
    return isIP(name) === 4 || name === 'localhost' || name.endsWith('.localhost') || this.own.has(name);
  }
}
