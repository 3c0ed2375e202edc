import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../../domain/errors.js';
import { type SocketDoor, socketDoor } from '../../testing/socket-door.js';

let door: SocketDoor;
beforeEach(async () => {
  door = await socketDoor();
  door.router.register('/ws/things/:name/parts', (socket, { principal, params, query }) => {
    socket.send(JSON.stringify({ tenant: principal.tenant.id, ...params, ...query }));
  });
  door.router.register('/ws/refusing', () => {
    throw new DomainError('container_not_found', 'no container x', { container: 'x' });
  });
});
afterEach(() => door.close());

describe('the WebSocket door', () => {
  it('tells a handler who asks, the names of the path and the query', async () => {
    const client = await door.connect('/ws/things/a%20b/parts?tail=5');
    expect(await client.next()).toEqual({ tenant: 'blue', name: 'a b', tail: '5' });
  });

  it.each([
    ['an address without a handler', '/ws/nothing', 'blue', 404, 'route_not_found'],
    ['an address with a broken escape', '/ws/things/%zz/parts', 'blue', 400, 'invalid_input'],
    ['nobody', '/ws/things/a/parts', undefined, 401, 'unauthenticated'],
  ])('refuses %s by HTTP, before the upgrade', async (_, path, tenant, status, code) => {
    expect(await door.refusal(path, tenant)).toMatchObject({ status, body: { code } });
  });

  it('tells what a handler refuses and closes', async () => {
    const client = await door.connect('/ws/refusing');
    expect(await client.next()).toEqual({
      type: 'error',
      code: 'container_not_found',
      message: 'no container x',
      details: { container: 'x' },
    });
    expect(await client.closed).toBe(1008);
  });

  it('ends a client that sends more than a mebibyte in one message', async () => {
    const client = await door.connect('/ws/things/a/parts');
    client.socket.send(Buffer.alloc(1024 * 1024 + 1));
    expect(await client.closed).toBeGreaterThan(1000);
  });

  it('says goodbye when the server stops', async () => {
    const client = await door.connect('/ws/things/a/parts');
    void door.router.close();
    expect(await client.closed).toBe(1001);
  });
});
