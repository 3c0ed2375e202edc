import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Principal } from '../../domain/access/principal.js';

const principals = new WeakMap<Request, Principal>();

/** Set by the identity guard, once a request. */
export function setPrincipal(request: Request, principal: Principal): void {
  principals.set(request, principal);
}

/** Who asks, as a parameter of a handler behind the identity guard. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = principals.get(context.switchToHttp().getRequest<Request>());
  if (!principal) throw new Error('a handler asks for the caller but stands before the identity guard');
  return principal;
});
