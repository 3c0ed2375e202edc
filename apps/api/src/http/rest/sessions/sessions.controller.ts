import { type Session as SessionAnswer, session, signInInput } from '@keelson/contracts';
import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Principal } from '../../../domain/access/principal.js';
import { ResumeSession } from '../../../domain/access/resume-session.js';
import { SignIn } from '../../../domain/access/sign-in.js';
import { SignOut } from '../../../domain/access/sign-out.js';
import { DomainError } from '../../../domain/errors.js';
import { Caller } from '../../middleware/caller.js';
import { HostNames } from '../../middleware/host-names.js';
import { Public } from '../../middleware/public.js';
import { clearSessionCookie, readSessionCookie, setSessionCookie } from '../../middleware/session-cookie.js';
import { clientAddress } from './client-address.js';
import { toSession } from './session.mapper.js';

@ApiTags('sessions')
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly signIn: SignIn,
    private readonly resumeSession: ResumeSession,
    private readonly signOut: SignOut,
    private readonly hosts: HostNames,
  ) {}

  @Public()
  @Post()
  @ApiOperation({ summary: 'Signs a browser in with the token of a one-time link or an API token; the session is a cookie', security: [] })
  @ApiCreatedResponse({ standardSchema: session })
  async create(
    @Body({ schema: signInInput }) { token }: z.output<typeof signInInput>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionAnswer> {
    const { session: opened, secret } = await this.signIn.execute(token, clientAddress(request));
    setSessionCookie(response, secret, { expires: opened.expiresAt, secure: this.hosts.isBehindTls(request) });
    return toSession(opened);
  }

  @Get('current')
  @ApiOperation({ summary: 'Who is signed in with this cookie; renews the cookie' })
  @ApiOkResponse({ standardSchema: session })
  async current(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<SessionAnswer> {
    const secret = sessionOf(request);
    const resumed = await this.resumeSession.execute(secret);
    setSessionCookie(response, secret, { expires: resumed.expiresAt, secure: this.hosts.isBehindTls(request) });
    return toSession(resumed);
  }

  @Delete('current')
  @HttpCode(204)
  @ApiOperation({ summary: 'Signs out: ends the session of this cookie' })
  @ApiNoContentResponse()
  async remove(@Caller() principal: Principal, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.signOut.execute(principal, sessionOf(request));
    clearSessionCookie(response);
  }
}

/** The guard lets API tokens through as well; they have no session. */
function sessionOf(request: Request): string {
  const secret = readSessionCookie(request);
  if (secret === undefined) throw new DomainError('unauthenticated', 'this request has no session; an API token is none');
  return secret;
}
