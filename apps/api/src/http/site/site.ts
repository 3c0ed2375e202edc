import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { contentPolicy } from './content-policy.js';
import { cacheControl, isSitePath, siteFiles } from './site-path.js';

/** Where `next build` puts the export, seen from the compiled server and from its source alike. */
const DIRECTORY = fileURLToPath(new URL('../../../../web/out', import.meta.url));
const NOT_BUILT = 'The dashboard was not built. "npm start" builds it; the API is at /api/v1 and its description at /api/docs.\n';

/** Serves the dashboard's static export on the API's own port. */
export function site(directory = DIRECTORY): RequestHandler {
  return (request, response, next) => {
    if (!isSitePath(request.path) || !['GET', 'HEAD'].includes(request.method)) return next();
    serve(directory, request, response, next).catch(next);
  };
}

async function serve(directory: string, request: Request, response: Response, next: NextFunction): Promise<void> {
  const path = decoded(request.path);
  for (const file of path === undefined ? [] : siteFiles(path)) {
    if (!(await isFile(directory, file))) continue;
    response.setHeader('cache-control', cacheControl(file));
    if (file.endsWith('.html')) return page(directory, file, response);
    return response.sendFile(file, { root: directory, cacheControl: false, dotfiles: 'deny' }, (error) => error && next(error));
  }
  if (!(await isFile(directory, '/index.html'))) {
    response.status(404).type('text').send(NOT_BUILT);
    return;
  }
  response.status(404).setHeader('cache-control', 'no-cache');
  await page(directory, '/404.html', response);
}

async function page(directory: string, file: string, response: Response): Promise<void> {
  const html = await readFile(join(directory, file), 'utf8');
  response.setHeader('content-security-policy', contentPolicy(html));
  response.type('html').send(html);
}

/** Nothing that climbs, hides or carries a NUL reaches the file system. */
function decoded(path: string): string | undefined {
  try {
    const plain = decodeURIComponent(path);
    return plain.includes('\0') || plain.split('/').some((part) => part === '..' || part.startsWith('.')) ? undefined : plain;
  } catch {
    return undefined;
  }
}

async function isFile(directory: string, file: string): Promise<boolean> {
  const handle = await open(join(directory, file)).catch(() => undefined);
  if (!handle) return false;
  const isRegular = (await handle.stat()).isFile();
  await handle.close();
  return isRegular;
}
