import { createHash, randomBytes } from 'node:crypto';

/** 256 bits: nobody guesses one, so a plain SHA-256 of it is enough to keep and to look it up by. */
const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;
/** Tells a link's token from an API token, so that a used link can be refused by its own code. */
const LINK_PREFIX = 'link-';

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export function newLinkToken(): string {
  return LINK_PREFIX + newSecret();
}

export function isLinkToken(token: string): boolean {
  return token.startsWith(LINK_PREFIX);
}

/** Whether a text has the form of what `newSecret` makes. */
export function isSecret(text: string): boolean {
  return SECRET.test(text);
}

/** What the store knows of a secret: its SHA-256 in hex. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
