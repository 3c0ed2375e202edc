import type { IncomingMessage } from 'node:http';
import type { Principal } from '../../domain/access/principal.js';

/** What stands before every door that is not public. */
export abstract class RequestGate {
  /**
   * The caller of a request, from its bearer token or session cookie. Throws `host_not_allowed`, `origin_not_allowed` (a cookie sent from a page of
   * somebody else) or `unauthenticated`.
   */
  abstract admit(request: IncomingMessage): Promise<Principal>;
}
