import 'reflect-metadata';
import { readConfig } from './config/read-config.js';
import { StartupError } from './config/startup-error.js';
import { type RunningServer, startServer } from './server.js';

try {
  const config = readConfig(process.env);
  const server = await startServer(config);
  stopOnSignals(server);
  process.stdout.write(`Dashboard: ${server.url}\nSign in: ${server.signInLink}\nDocker socket: ${config.dockerSocket}\n`);
} catch (error) {
  die(error);
}

/** A second signal does not wait for the first one's good manners. */
function stopOnSignals(server: RunningServer): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    server.close().then(() => process.exit(0), die);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

/** One sentence where the operator can do something about it, the stack where only we can. */
function die(error: unknown): never {
  const text = error instanceof StartupError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`keelson: ${text}\n`);
  process.exit(1);
}
