// The scorecard of reliability: specs write what they saw to .cache/reports/scorecard/ROW.json, this prints it as a table.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

/** Row, what, what was measured of dockerd 20.10.24 or is known of it, the target. */
const ROWS = [
  [1, 'kill -9 of the server at random points of create, start, exec, stop, remove: containers lost', '0 of 587', '0'],
  [2, 'the same: acknowledged removes that reappear', '0 of 105', '0'],
  [3, 'the same: wrong or missing exit codes', '14.7 %', '0'],
  [4, 'the same: left behind after removing all', '16 shims, 1 mount, 3 cgroups, 29 directories', '0'],
  [5, 'kill -9 of server and store together: wrong codes, left behind, damage of the store', '21.7 %, 109 shims', '0'],
  [6, 'kill -9 of a supervisor: false exit codes', '10 of 10', '0'],
  [7, 'power cut after a client saw an exit: contradictions', 'not known', '0'],
  [8, 'log lost, writer held up while the server is down', '144 of 400,000 lines, blocks at 64 KiB', '0, 0'],
  [9, 'follower over rotations at flood: lines missing without a gap marker', '40 to 76 %', '0'],
  [10, 'torn or NUL record in a log: other records that are lost', 'the rest', '0, and a marker'],
  [11, 'clients that do not read: what the workload loses', 'it stops', '< 1 %'],
  [12, 'disk full during each changing verb: lies after a restart; stop and remove', '2 of 2', '0; always possible'],
  [13, 'errors at every failpoint of the native code: clean and rolled back', 'not known', '100 %'],
  [14, 'server restart with many running containers: ready, p99 of list', '1.3 to 3 s with few', '< 2 s with 500, < 100 ms'],
  [15, 'reboot: conflicts, restart policies not kept', 'not known', '0'],
  [16, 'clock steps of -1 h and +1 day during crash loops: anomalies', 'not known', '0'],
  [17, 'cycles of create, start, remove: what grows', 'leaks reported', '0, memory < 20 MiB'],
  [18, 'one container that hangs: p99 of list, inspect and stop of others', 'all hang', '< 200 ms'],
  [19, '100 at once want the same name, port or removal: winners', 'not known', '1'],
  [20, 'exit states equal to docker’s', '-', '60 of 60'],
  [24, 'SIGSEGV of the server: back after, containers lost', 'not known', '< 3 s, 0'],
  [25, 'fork bomb, memory hog and descriptor hog: p99 of another container’s exec', 'no bound of processes', '<= 2 x idle'],
];

/** `since`: rows of an earlier run are marked as such. */
export function printScorecard(since) {
  const lines = ROWS.map(([row, what, docker, target]) => ({ row, what, docker, target, ...measured(row, since) }));
  const known = lines.filter(({ verdict }) => verdict !== 'not measured');
  if (known.length === 0) return;
  const columns = ['row', 'what', 'docker', 'target', 'ours', 'verdict'];
  process.stdout.write(`\n| ${columns.join(' | ')} |\n| ${columns.map(() => '---').join(' | ')} |\n`);
  for (const line of lines) process.stdout.write(`| ${columns.map((column) => line[column]).join(' | ')} |\n`);
  const met = known.filter(({ verdict }) => verdict.startsWith('met')).length;
  process.stdout.write(`scorecard: ${met} of ${known.length} measured rows met, ${ROWS.length - known.length} not measured\n\n`);
}

function measured(row, since) {
  const file = join(ROOT, '.cache/reports/scorecard', `${row}.json`);
  if (!existsSync(file)) return { ours: '', verdict: 'not measured' };
  const { ours, met, form, at } = JSON.parse(readFileSync(file, 'utf8'));
  const earlier = at !== undefined && Date.parse(at) < since ? ', earlier' : '';
  return { ours, verdict: `${met ? 'met' : 'MISSED'}${form === 'long' ? ' (long)' : ''}${earlier}` };
}
