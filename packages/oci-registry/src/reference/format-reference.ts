import { DEFAULT_DOMAIN, OFFICIAL_NAMESPACE, type Reference } from './reference.js';

/** The short name people type and read: `nginx:1.25`, `team/app:2`, `registry.example:5000/app@sha256:…`. */
export function formatFamiliar(reference: Reference): string {
  return familiarName(reference) + suffix(reference);
}

/** The short name without tag and digest: `nginx`, `registry.example:5000/app`. */
export function familiarName({ domain, repository }: Pick<Reference, 'domain' | 'repository'>): string {
  if (domain !== DEFAULT_DOMAIN) return `${domain}/${repository}`;
  const short = repository.slice(OFFICIAL_NAMESPACE.length);
  return repository.startsWith(OFFICIAL_NAMESPACE) && !short.includes('/') ? short : repository;
}

/** The full name, unambiguous: `docker.io/library/nginx:1.25`. */
export function formatCanonical(reference: Reference): string {
  return `${reference.domain}/${reference.repository}${suffix(reference)}`;
}

function suffix({ tag, digest }: Reference): string {
  return (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
}
