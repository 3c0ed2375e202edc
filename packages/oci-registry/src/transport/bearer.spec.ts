import { describe, expect, it } from 'vitest';
import { mayHavePassword } from './bearer.js';
import { registryEndpoint } from './endpoint.js';

describe('mayHavePassword', () => {
  it.each([
    ['docker.io', 'https://auth.docker.io/token', true],
    ['registry.gitlab.example', 'https://gitlab.example/jwt/auth', true],
    ['example.org', 'https://auth.example.org/token', true],
    ['r.example:5000', 'https://r.example:5001/token', true],
    ['127.0.0.1:5000', 'http://127.0.0.1:5001/token', true],
    ['docker.io', 'https://auth.docker.io.evil.example/token', false],
    ['docker.io', 'https://evildocker.io/token', false],
    ['example.org', 'https://other.org/token', false],
    ['127.0.0.1:5000', 'http://127.0.0.2:5000/token', false],
    ['10.0.0.1', 'https://10.0.0.2/token', false],
    ['[::1]:5000', 'https://[::2]/token', false],
  ])('for %s at %s: %s', (domain, realm, expected) => {
    expect(mayHavePassword(new URL(realm), registryEndpoint(domain, []), [])).toBe(expected);
  });

  it('trusts a realm that the operator listed', () => {
    expect(
      mayHavePassword(new URL('https://sso.corp.example/token'), registryEndpoint('r.shop.example.com', []), ['sso.corp.example']),
    ).toBe(true);
  });
});
