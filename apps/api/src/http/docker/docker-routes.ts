import type { IncomingMessage, ServerResponse } from 'node:http';
import { arch, release } from 'node:os';

/** The Docker Engine API version that clients are told; requests may carry it as `/v1.44/…`. */
const API_VERSION = '1.44';
const MIN_API_VERSION = '1.24';

/** What of the Docker Engine API is served so far: enough for a client to see who answers. */
export function dockerRoutes(version: string) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? '/').split('?')[0]?.replace(/^\/v\d+\.\d+(?=\/)/, '');
    const route = `${request.method} ${path}`;
    response.setHeader('Api-Version', API_VERSION).setHeader('Ostype', 'linux').setHeader('Server', `Keelson/${version} (linux)`);
    response.setHeader('Docker-Experimental', 'false').setHeader('Cache-Control', 'no-cache, no-store, must-revalidate');
    if (route === 'GET /_ping' || route === 'HEAD /_ping') ping(response);
    else if (route === 'GET /version') json(response, 200, versionAnswer(version));
    else json(response, 501, { message: `Keelson does not serve ${route} of the Docker API yet` });
    // Nothing here reads a body; without this a large one would keep the connection busy.
    request.resume();
  };
}

function ping(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': 2 }).end('OK');
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** Go's spelling, which Docker uses. */
function architecture(): string {
  return arch() === 'x64' ? 'amd64' : arch();
}

function versionAnswer(version: string): object {
  const facts = { Version: version, ApiVersion: API_VERSION, MinAPIVersion: MIN_API_VERSION, Os: 'linux', Arch: architecture() };
  return {
    Platform: { Name: 'Keelson' },
    Components: [{ Name: 'Engine', Version: version, Details: facts }],
    ...facts,
    GitCommit: '',
    GoVersion: '',
    KernelVersion: release(),
    BuildTime: '',
  };
}
