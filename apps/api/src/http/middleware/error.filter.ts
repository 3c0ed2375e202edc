import { randomUUID } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type ErrorAnswer, errorAnswer, internalAnswer } from './error-answer.js';

/** Everything that fails on the REST door leaves it here. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const { status, body } = errorAnswer(error) ?? this.fault(error, request);
    // A stream that has begun cannot change its status: the client sees the cut.
    if (response.headersSent) response.destroy();
    else this.send(response, status, body);
  }

  private send(response: Response, status: number, body: ErrorAnswer['body']): void {
    const wait = body.details?.['retryAfterSeconds'];
    if (typeof wait === 'number') response.setHeader('retry-after', String(wait));
    // RFC 9110, section 15.5.2; browsers ask nobody for a bearer token.
    if (status === 401) response.setHeader('www-authenticate', 'Bearer');
    response.status(status).json(body);
  }

  /** The cause stays in the log: it may name paths and values of others. */
  private fault(error: unknown, { method, path }: Request): ErrorAnswer {
    const id = randomUUID();
    this.log.error(`${id} ${method} ${path}: ${error instanceof Error ? error.stack : String(error)}`);
    return internalAnswer(id);
  }
}
