import { describe, expect, it } from 'vitest';
import { isLocalAddress } from './address.js';
import { mirrorEndpoint, registryEndpoint } from './endpoint.js';
import { checkedTarget, isEndpoint } from './redirect.js';

describe('registryEndpoint', () => {
  it.each([
    ['docker.io', [], 'registry-1.docker.io', ['https']],
    ['r.example', [], 'r.example', ['https']],
    ['r.example:5000', ['r.example:5000'], 'r.example:5000', ['https', 'http']],
    ['r.example:5001', ['r.example:5000'], 'r.example:5001', ['https']],
    ['localhost:5000', [], 'localhost:5000', ['https', 'http']],
    ['127.9.9.9', [], '127.9.9.9', ['https', 'http']],
    ['[::1]:5000', [], '[::1]:5000', ['https', 'http']],
    ['127.0.0.1.example', [], '127.0.0.1.example', ['https']],
    ['10.0.0.1:5000', [], '10.0.0.1:5000', ['https']],
  ])('speaks to %s with %j listed at %s by %j', (domain, insecure, host, schemes) => {
    expect(registryEndpoint(domain, insecure)).toMatchObject({ host, schemes });
  });
});

describe('mirrorEndpoint', () => {
  it('keeps scheme and host, and takes credentials under its own name', () => {
    expect(mirrorEndpoint('https://m.example', [])).toMatchObject({ host: 'm.example', schemes: ['https'], credentialsOf: 'm.example' });
    expect(mirrorEndpoint('http://127.0.0.1:5000/', [])).toMatchObject({ host: '127.0.0.1:5000', schemes: ['http'] });
  });

  it.each([
    'm.example',
    'ftp://m.example',
    'https://m.example/path',
    'https://u:p@m.example',
    'https://m.example?x',
    'http://m.example',
    '',
  ])('refuses %j', (text) => {
    expect(() => mirrorEndpoint(text, [])).toThrow();
  });

  it('does not repeat a password that stands in a wrong mirror address', () => {
    expect(() => mirrorEndpoint('https://u:hush@m.example', [])).not.toThrow('hush');
  });
});

describe('checkedTarget', () => {
  const secure = registryEndpoint('r.example', []);
  const plain = registryEndpoint('r.example', ['r.example']);

  it.each(['http://cdn.example/x', 'file:///x', 'ftp://x', 'javascript:0'])('does not let a secure registry lead to %s', (target) => {
    expect(() => checkedTarget(target, new URL('https://r.example/v2/'), secure)).toThrow('only https is followed');
  });

  it('lets a listed registry lead to plain HTTP', () => {
    expect(checkedTarget('http://cdn.example/x', undefined, plain).href).toBe('http://cdn.example/x');
  });

  it('takes user names out of addresses', () => {
    expect(checkedTarget('https://a:b@cdn.example/x', undefined, secure).href).toBe('https://cdn.example/x');
  });

  it('sees another port as another host, and the default port as the same', () => {
    expect(isEndpoint(new URL('https://r.example:444/'), secure)).toBe(false);
    expect(isEndpoint(new URL('https://r.example:443/'), secure)).toBe(true);
  });
});

describe('isLocalAddress', () => {
  it.each([
    '127.0.0.1',
    '127.255.0.1',
    '0.0.0.0',
    '169.254.169.254',
    '::1',
    '::',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '100.100.100.200',
    '64:ff9b::169.254.169.254',
    '64:ff9b::127.0.0.1',
  ])('knows %s', (address) => {
    expect(isLocalAddress(address)).toBe(true);
  });

  it.each(['10.0.0.1', '192.168.1.1', '8.8.8.8', '2001:db8::1', '64:ff9b::8.8.8.8', '::ffff:8.8.8.8'])('lets %s pass', (address) => {
    expect(isLocalAddress(address)).toBe(false);
  });
});
