import { keelsonEvent } from '@keelson/contracts';
import { afterAll, expect, it } from 'vitest';
import { collect, texts } from '../support/api.js';
import { type FakeClock, fakeClock } from '../support/faketime.js';
import { rounds, score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const HOUR = 3600;
const ROUNDS = rounds(1, 10);
/** Seconds beside the true time, one after the other. */
const STEPS = [-HOUR, 24 * HOUR, 0];
/** Between two steps. */
const PAUSE_MS = 1000;

let clock: FakeClock;
const suite = useSuite({
  images: ['busybox'],
  env: async () => {
    clock = await fakeClock();
    return clock.env;
  },
});
afterAll(() => clock?.close());

const make = (name: string, script: string, restartPolicy: 'no' | 'always' = 'no') =>
  suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sh', '-c', script],
    name,
    restartPolicy: { name: restartPolicy },
    start: true,
  });

/** The server's own idea of now. */
async function serverTime(): Promise<number> {
  const answer = await suite.api.fetch('GET', '/system');
  await answer.body?.cancel();
  return Date.parse(answer.headers.get('date') ?? '');
}

/** Restarts that back-off allows in so many seconds, when every run takes `run` seconds: 0.1 s, 0.2 s, 0.4 s … The one that is waited for counts. */
function restartsIn(seconds: number, run: number): number {
  let count = 1;
  for (let time = run, delay = 0.1; time + delay <= seconds; delay *= 2, count++) time += delay + run;
  return count;
}

async function anomaliesOf(number: number): Promise<string[]> {
  const anomalies: string[] = [];
  const begun = performance.now();
  const loop = await make(`loop-${number}`, 'usleep 100000; exit 1', 'always');
  const writer = await make(`writer-${number}`, 'i=0; while true; do echo $i; i=$((i+1)); usleep 10000; done');
  for (const offset of STEPS) {
    await clock.set(offset);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const apart = (await serverTime()) - Date.now() - offset * 1000;
    if (Math.abs(apart) > 5000) throw new Error(`the server's clock is ${apart} ms off; this test proves nothing`);
    const stopping = performance.now();
    const short = await make(`short-${number}-${offset}`, 'sleep 5000');
    await suite.api.containers.stop(short.id, 1);
    const took = performance.now() - stopping;
    if (took < 900 || took > 20_000) anomalies.push(`a stop with 1 s of patience took ${Math.round(took)} ms at ${offset}`);
    const { current } = await until(
      () => suite.api.containers.stats(writer.id),
      (stats) => stats.current !== null,
    );
    if ((current?.cpuCores ?? 0) < 0) anomalies.push(`a container used ${current?.cpuCores} cores at ${offset}`);
  }
  const { restartCount, state } = await suite.api.containers.inspect(loop.id);
  const most = restartsIn((performance.now() - begun) / 1000, 0.1);
  if (restartCount > most) anomalies.push(`${restartCount} restarts where back-off allows ${most}`);
  if (restartCount < 3) anomalies.push(`only ${restartCount} restarts, ${state}`);
  const lines = texts(await collect(suite.api.containers.logs(writer.id))).map(Number);
  if (lines.some((line, at) => line !== at)) anomalies.push('the log is out of order');
  const events = await collect(suite.api.lines(keelsonEvent, 'GET', '/events', { query: { limit: 1000 } }));
  if (events.some(({ sequence }, at) => at > 0 && sequence <= (events[at - 1]?.sequence ?? 0))) anomalies.push('events are out of order');
  await suite.removeContainers();
  return anomalies;
}

it(
  'steps of the clock by -1 h, +1 day and back change no back-off, no patience, no order and nobody’s admission',
  async () => {
    const anomalies: string[] = [];
    for (let number = 0; number < ROUNDS; number++) anomalies.push(...(await anomaliesOf(number)));
    // And a start of the server in another time.
    await clock.set(-HOUR);
    const { id } = await make('over-a-restart', 'sleep 5000');
    const { pid } = await suite.api.containers.inspect(id);
    await suite.server.kill9();
    await clock.set(24 * HOUR);
    await suite.startServer();
    const after = await suite.api.containers.inspect(id);
    if (after.pid !== pid || after.state !== 'running') anomalies.push(`after a restart a day later it is ${after.state}`);
    await clock.set(0);
    await score({ row: 16, ours: `${anomalies.length} in ${ROUNDS * STEPS.length} steps`, met: anomalies.length === 0 });
    expect(anomalies).toEqual([]);
  },
  ROUNDS * 90_000,
);
