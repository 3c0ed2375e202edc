import { describe, expect, it } from 'vitest';
import { ReferenceInvalidError } from '../errors.js';
import { formatCanonical, formatFamiliar } from './format-reference.js';
import { parseReference } from './parse-reference.js';

const A = 'a'.repeat(64);
const digest = `sha256:${A}`;

describe('parseReference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.4', 'docker.io/library/nginx:1.4'],
    ['team/app', 'docker.io/team/app:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['docker.io/library/x', 'docker.io/library/x:latest'],
    ['index.docker.io/x', 'docker.io/library/x:latest'],
    ['DOCKER.IO/x', 'docker.io/library/x:latest'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app:2', 'localhost:5000/app:2'],
    ['registry:5000/team/app', 'registry:5000/team/app:latest'],
    [`registry:5000/team/app@${digest}`, `registry:5000/team/app@${digest}`],
    [`nginx:1.4@${digest}`, `docker.io/library/nginx:1.4@${digest}`],
    ['registry.example/a/b/c:V1.0_x-y', 'registry.example/a/b/c:V1.0_x-y'],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
    ['Registry.Example/app', 'registry.example/app:latest'],
    ['a__b/c--d.e_f', 'docker.io/a__b/c--d.e_f:latest'],
    [`x@sha512:${A}${A}`, `docker.io/library/x@sha512:${A}${A}`],
    [`x:${'t'.repeat(128)}`, `docker.io/library/x:${'t'.repeat(128)}`],
  ])('reads %s as %s', (text, canonical) => {
    expect(formatCanonical(parseReference(text))).toBe(canonical);
  });

  it.each([
    ['', 'empty'],
    ['Nginx', 'must be lowercase'],
    ['team/App', 'must be lowercase'],
    ['nginx:', 'no tag'],
    ['nginx:-x', 'no tag'],
    [`nginx:${'t'.repeat(129)}`, 'no tag'],
    ['nginx@sha256:abc', 'no digest'],
    ['nginx@sha256:../..', 'no digest'],
    [`nginx@sha256:${'A'.repeat(64)}`, 'no digest'],
    [`nginx@md5:${A}`, 'no digest'],
    [`@${digest}`, 'empty'],
    ['a//b', 'empty'],
    ['/a', 'empty'],
    ['a/', 'empty'],
    ['registry.example/', 'empty'],
    ['../etc', 'no registry host'],
    ['a/../b', 'may hold'],
    ['a/./b', 'may hold'],
    ['a b', 'may hold'],
    ['a%2fb', 'may hold'],
    ['a?x=1', 'may hold'],
    ['a#b', 'may hold'],
    ['ängin', 'may hold'],
    ['nginx\nx', 'may hold'],
    ['a-/b', 'may hold'],
    ['a...b', 'may hold'],
    ['https://registry.example/x', 'is a URL'],
    ['user@host.example/x', 'no digest'],
    ['-host.example/x', 'no registry host'],
    ['host.example:0/x', 'no registry host'],
    ['host.example:99999/x', 'no registry host'],
    ['host..example/x', 'no registry host'],
    ['999.0.0.1/x', 'no registry host'],
    [A, 'image id'],
    ['a'.repeat(300), '255 characters'],
    ['a'.repeat(600), 'longer than 512'],
  ])('refuses %j: %s', (text, why) => {
    expect(() => parseReference(text)).toThrow(ReferenceInvalidError);
    expect(() => parseReference(text)).toThrow(/^invalid reference format: /);
    expect(() => parseReference(text)).toThrow(why);
  });

  it('reads what it writes, short or full, for every mixture of parts', () => {
    const domains = ['', 'docker.io/', 'localhost/', 'r.example/', 'r.example:5000/', '127.0.0.1:5000/', '[fd00::1]:443/'];
    const paths = ['app', 'library/app', 'team/app', 'library/a/b', 'a/b/c-d'];
    const suffixes = ['', ':1', ':latest', `@${digest}`, `:1@${digest}`];
    for (const domain of domains) {
      for (const path of paths) {
        for (const suffix of suffixes) {
          const reference = parseReference(domain + path + suffix);
          expect(parseReference(formatFamiliar(reference))).toEqual(reference);
          expect(parseReference(formatCanonical(reference))).toEqual(reference);
        }
      }
    }
  });

  it('never yields a name that could change a URL or a path, whatever it is given', () => {
    const alphabet = ['a', 'Z', '0', '.', '..', '/', ':', '@', '-', '_', '%', '?', '#', '\\', ' ', '\0', '\n', '[', ']', digest, 'é'];
    let seed = 7;
    const next = (bound: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * bound);
    };
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 1 + next(8) }, () => alphabet[next(alphabet.length)]).join('');
      let reference: ReturnType<typeof parseReference>;
      try {
        reference = parseReference(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ReferenceInvalidError);
        continue;
      }
      expect(reference.repository).toMatch(/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/);
      expect(reference.repository).not.toContain('..');
      expect(URL.canParse(`https://${reference.domain}/v2/`), text).toBe(true);
    }
  });
});

describe('formatFamiliar', () => {
  it.each([
    ['docker.io/library/nginx:1', 'nginx:1'],
    ['docker.io/team/app', 'team/app:latest'],
    ['docker.io/library/a/b', 'library/a/b:latest'],
    [`r.example/library/x@${digest}`, `r.example/library/x@${digest}`],
  ])('writes %s as %s', (text, familiar) => {
    expect(formatFamiliar(parseReference(text))).toBe(familiar);
  });
});
