import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { setPrincipal } from './caller.js';
import { IS_PUBLIC } from './public.js';
import { RequestGate } from './request-gate.js';

/** Stands before every handler: whoever is not admitted gets no further, unless the handler says that it is public. */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly gate: RequestGate,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<Request>();
    setPrincipal(request, await this.gate.admit(request));
    return true;
  }
}
