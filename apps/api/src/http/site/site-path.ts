/**
 * Routes whose second segment varies; the export has one page for them, under the placeholder `_`. Names and ids begin with a letter
 * or digit, the export's own files (`__next._tree.txt`) with `_`.
 */
const DYNAMIC = /^\/(containers)\/(?!new(?:[/.]|$)|_)([^/]+?)(\.txt|\.html)?(\/.*)?$/;
const HASHED = '/_next/static/';
const API = /^\/(api|healthz|metrics)(\/|$)/;

/** False for what the API answers. */
export function isSitePath(path: string): boolean {
  return !API.test(path);
}

/** Names that may stand for a page in the export's directory, best first. */
export function siteFiles(path: string): string[] {
  const place = path.replace(DYNAMIC, (_, area: string, _id: string, suffix = '', rest = '') => `/${area}/_${suffix}${rest}`);
  const page = place.endsWith('/') ? place.slice(0, -1) : place;
  if (page === '') return ['/index.html'];
  return /\.[a-z0-9]+$/i.test(page) ? [page] : [`${page}.html`, `${page}/index.html`];
}

/** Names with a hash of their content never change. */
export function cacheControl(path: string): string {
  return path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
