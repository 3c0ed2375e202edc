// npm test: install, check, build, every suite, and the count as last line.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { fail } from './fail.mjs';
import { requireBuildTools } from './preflight.mjs';
import { ROOT } from './root.mjs';
import { printScorecard } from './scorecard.mjs';
import { requireTestTools } from './test-tools.mjs';
import { install, nodeBinary } from './toolchain.mjs';

/** A suite is a vitest project; its bound ends a run that hangs. */
const SUITES = { unit: 5, support: 10, privileged: 20, runtime: 10, bootstrap: 5, kernel: 45, api: 15, security: 10, crash: 10, e2e: 10 };

/** How much longer the long forms may take: the crash suite's ten thousand cycles alone are most of an hour. */
const LONG_FACTOR = 24;

export function test(args) {
  const begun = Date.now();
  if (args.includes('--long')) process.env.KEELSON_LONG = '1';
  const only = option(args, '--only')?.split(',');
  const unknown = only?.find((suite) => !Object.hasOwn(SUITES, suite));
  if (unknown !== undefined) fail(`unknown suite "${unknown}"; use some of: ${Object.keys(SUITES).join(', ')}`);
  if (!args.includes('--prepared')) prepare();
  const counts = Object.keys(SUITES)
    .filter((suite) => !only || only.includes(suite))
    .map(runSuite);
  if (!only && !args.includes('--prepared')) counts.unshift(runChecks());
  if (!only || only.includes('crash')) printScorecard(begun);
  summarise(counts);
}

function prepare() {
  requireBuildTools();
  requireTestTools();
  install();
  build();
}

function runChecks() {
  const { status } = spawnSync(nodeBinary(), [join(ROOT, 'scripts/run.mjs'), 'check'], { cwd: ROOT, stdio: 'inherit' });
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

/** A suite that ran nothing counts as one failure: silence is not success. */
function runSuite(suite) {
  const report = join(ROOT, '.cache', 'reports', `${suite}.json`);
  mkdirSync(join(ROOT, '.cache', 'reports'), { recursive: true });
  rmSync(report, { force: true });
  const { status } = spawnSync(
    nodeBinary(),
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      suite,
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${report}`,
    ],
    {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: SUITES[suite] * 60_000 * (process.env.KEELSON_LONG === '1' ? LONG_FACTOR : 1),
      env: { ...process.env, PATH: `${join(nodeBinary(), '..')}:${process.env.PATH}` },
    },
  );
  const counts = readReport(report);
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  process.stdout.write(`suite ${suite}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  return counts;
}

function readReport(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = passed + numFailedTests === 0 ? 1 : numFailedTests;
  return { passed, failed, skipped: numPendingTests + numTodoTests };
}

function summarise(counts) {
  const total = (key) => counts.reduce((sum, count) => sum + count[key], 0);
  const skipped = total('skipped');
  process.stdout.write(`${total('passed')} passed, ${total('failed')} failed${skipped ? `, ${skipped} skipped` : ''}\n`);
  process.exit(total('failed') === 0 ? 0 : 1);
}

function option(args, name) {
  const at = args.indexOf(name);
  return at < 0 ? undefined : (args[at + 1] ?? fail(`${name} needs a value`));
}
