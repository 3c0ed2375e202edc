import { describe, expect, it } from 'vitest';
import { isSitePath, siteFiles } from './site-path.js';

const ID = 'a'.repeat(64);

describe('a path of the dashboard', () => {
  it.each([
    ['/', '/index.html'],
    ['/containers', '/containers.html'],
    ['/containers/', '/containers.html'],
    ['/containers/new', '/containers/new.html'],
    [`/containers/${ID}`, '/containers/_.html'],
    [`/containers/${ID}/logs`, '/containers/_/logs.html'],
    ['/containers/web.1/terminal', '/containers/_/terminal.html'],
    [`/containers/${ID}.txt`, '/containers/_.txt'],
    [`/containers/${ID}/logs.txt`, '/containers/_/logs.txt'],
    [`/containers/${ID}/logs/__next._tree.txt`, '/containers/_/logs/__next._tree.txt'],
    ['/containers/__next._tree.txt', '/containers/__next._tree.txt'],
    ['/containers/new/__next._tree.txt', '/containers/new/__next._tree.txt'],
    [`/containers/${ID}/__next._tree.txt`, '/containers/_/__next._tree.txt'],
    ['/containers/_/logs.txt', '/containers/_/logs.txt'],
    ['/_next/static/chunks/a.js', '/_next/static/chunks/a.js'],
  ])('%s is %s', (path, file) => {
    expect(siteFiles(path)[0]).toBe(file);
  });

  it('is not one that the API answers', () => {
    expect(['/api/v1/containers', '/api', '/healthz', '/metrics'].map(isSitePath)).toEqual([false, false, false, false]);
    expect(['/', '/apix', '/containers'].map(isSitePath)).toEqual([true, true, true]);
  });
});
