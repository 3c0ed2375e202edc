import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { ErrorAnswer } from './error-answer.js';
import { answerTo } from './fault.js';

/** Everything that fails on the REST door leaves it here. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const { method, path } = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    // What was given up because its client went is no failure.
    if (response.destroyed && error instanceof Error && error.name === 'AbortError') return;
    const { status, body } = answerTo(error, `${method} ${path}`);
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
}
