import type { NextFunction, Request, Response } from 'express';
import { isSitePath } from '../site/site-path.js';

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
/** What the API says is no page: whatever a browser makes of it, it loads and runs nothing. The dashboard's pages bring policies of their own. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** The page at /api/docs has its scripts in files and sets styles. */
const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Headers of every answer, errors included. What the API answers is kept nowhere. */
export function secureHeaders(request: Request, response: Response, next: NextFunction): void {
  for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
  if (!isSitePath(request.path)) {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('content-security-policy', isBelow(request.path, '/api/docs') ? DOCS_POLICY : API_POLICY);
  }
  next();
}

function isBelow(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}
