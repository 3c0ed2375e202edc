import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { onLoopback } from '../../../../tests/support/loopback.js';

/** A proxy for plain HTTP that leads everything to one registry, by CONNECT or by absolute URL. */
export async function startProxy(target: string) {
  const asked: string[] = [];
  const [hostname = '', port = ''] = target.split(':');
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '', 'http://none');
    asked.push(url.host);
    const onward = request(`http://${target}${url.pathname}`, { headers: { ...incoming.headers, host: target } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    onward.end();
  });
  server.on('connect', (incoming, socket) => {
    asked.push(incoming.url ?? '');
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    for (const one of [onward, socket]) {
      sockets.add(one);
      one.on('error', () => undefined);
    }
  });
  const listening = await onLoopback(server);
  return {
    host: listening.host,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      await listening.close();
    },
  };
}
