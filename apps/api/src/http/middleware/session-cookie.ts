import type { IncomingMessage } from 'node:http';
import type { CookieOptions, Response } from 'express';

const NAME = 'keelson_session';
const OPTIONS: CookieOptions = { httpOnly: true, sameSite: 'strict', path: '/' };

export function readSessionCookie({ headers: { cookie = '' } }: IncomingMessage): string | undefined {
  for (const part of cookie.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return undefined;
}

/**
 * The browser forgets it when the session ends. `secure` only where it came by TLS: it would not send such a cookie to an address
 * without TLS other than the loopback's.
 */
export function setSessionCookie(response: Response, secret: string, { expires, secure }: { expires: Date; secure: boolean }): void {
  response.cookie(NAME, secret, { ...OPTIONS, expires, secure });
}

export function clearSessionCookie(response: Response): void {
  response.clearCookie(NAME, OPTIONS);
}
