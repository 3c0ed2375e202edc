import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./console.py', import.meta.url));

/** Takes a terminal over a console socket; Node cannot receive descriptors. */
export async function receiveConsole(socket: string) {
  const child = spawn('python3', [PROGRAM, socket], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const heard: string[] = [];
  lines.on('line', (line) => heard.push(line));
  await once(lines, 'line');
  return {
    /** Types `input` and gives all that was seen once the terminal is closed; fails where `expected` was not among it. */
    talk: async (input: string, expected: string): Promise<string> => {
      child.stdin.write(input);
      const timer = setTimeout(() => child.kill(), 30_000);
      await once(child, 'close');
      clearTimeout(timer);
      const all = heard.join('\n');
      if (!all.includes(expected)) throw new Error(`the terminal did not say ${expected}: ${all}`);
      return all;
    },
  };
}
