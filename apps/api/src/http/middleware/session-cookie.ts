import type { IncomingMessage } from 'node:http';
import type { CookieOptions, Response } from 'express';

const NAME = 'keelson_session';
/** Not `Secure`: a browser would not send it to an address without TLS other than the loopback's. */
const OPTIONS: CookieOptions = { httpOnly: true, sameSite: 'strict', path: '/' };

export function readSessionCookie({ headers: { cookie = '' } }: IncomingMessage): string | undefined {
  for (const part of cookie.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return undefined;
}

/** The browser forgets it when the session ends. */
export function setSessionCookie(response: Response, secret: string, expires: Date): void {
  response.cookie(NAME, secret, { ...OPTIONS, expires });
}

export function clearSessionCookie(response: Response): void {
  response.clearCookie(NAME, OPTIONS);
}
