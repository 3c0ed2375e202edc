import type { Principal } from './principal.js';

/** One sign-in of a browser. Its secret is known to the browser only; here is its digest. */
export interface Session {
  readonly id: string;
  readonly principal: Principal;
  /** SHA-256 of the secret, in hex. */
  readonly hash: string;
  readonly createdAt: Date;
  /** Moves on while the session is used. */
  readonly expiresAt: Date;
}

/** Lets one person in, once, until it expires. */
export interface SignInLink {
  readonly hash: string;
  readonly principalId: string;
  readonly expiresAt: Date;
}
