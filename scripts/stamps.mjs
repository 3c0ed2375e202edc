// Stamps say from which inputs something was last made. A stamp is written only after the work succeeded, so an
// interrupted build is done again.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const STAMPS = join(ROOT, '.cache', 'stamps');
const SKIPPED = new Set(['node_modules', 'dist', 'build', '.next', 'out', 'generated', '.cache']);

/** A digest over names and contents of files; `apps/*` style patterns with one star a segment, folders are walked. */
export function fingerprint(patterns) {
  const hash = createHash('sha256');
  for (const file of patterns.flatMap(expand).flatMap(filesUnder).sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return hash.digest('hex');
}

export function isFresh(name, digest) {
  try {
    return readFileSync(join(STAMPS, name), 'utf8') === digest;
  } catch {
    return false;
  }
}

export function markFresh(name, digest) {
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(join(STAMPS, name), digest);
}

function expand(pattern) {
  const star = pattern.indexOf('/*/');
  if (star < 0) return exists(pattern) ? [pattern] : [];
  const [parent, rest] = [pattern.slice(0, star), pattern.slice(star + 3)];
  if (!exists(parent)) return [];
  return readdirSync(join(ROOT, parent))
    .map((name) => `${parent}/${name}/${rest}`)
    .filter(exists);
}

/** Files below a path relative to the checkout, build outputs left out. */
export function filesUnder(path) {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path];
  return readdirSync(join(ROOT, path))
    .filter((name) => !SKIPPED.has(name))
    .flatMap((name) => filesUnder(`${path}/${name}`));
}

function exists(path) {
  return statSync(join(ROOT, path), { throwIfNoEntry: false }) !== undefined;
}
