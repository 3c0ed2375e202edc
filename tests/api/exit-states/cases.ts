/**
 * Sixty ways to end, as steps that our door and docker's can both do, with the state that docker says afterwards: dockerd 20.10.24 of Debian 12,
 * asked through its client, cgroup v1.
 */
export interface ExitCase {
  readonly name: string;
  readonly create: ExitContainer;
  readonly steps: readonly Step[];
  readonly state: ExitState;
}

export interface ExitContainer {
  readonly command: readonly string[];
  /** `plain` unless said: busybox and the programs of programs.ts; `usr1`: the same with STOPSIGNAL SIGUSR1. */
  readonly image?: 'plain' | 'usr1';
  readonly init?: true;
  readonly hostPid?: true;
  readonly memoryMiB?: number;
  readonly user?: string;
  readonly stopSignal?: string;
  /** Soft and hard limit of CPU time, in seconds. */
  readonly cpuSeconds?: number;
  readonly restart?: readonly [policy: 'always' | 'unless-stopped' | 'on-failure', retries?: number];
}

export type Step =
  | readonly ['start']
  /** It must be refused with this exit code in the state afterwards. */
  | readonly ['start-fails']
  /** Until it says "ready". */
  | readonly ['ready']
  | readonly ['wait']
  | readonly ['stop', seconds: number]
  | readonly ['restart', seconds: number]
  | readonly ['kill', signal: string]
  | readonly ['pause']
  /** SIGKILL from a process of the host. */
  | readonly ['host-kill']
  /** Its exit code is the case's `exec`. */
  | readonly ['exec', ...command: string[]]
  | readonly ['until', status: string, restarts?: number];

export interface ExitState {
  readonly status: 'created' | 'running' | 'paused' | 'restarting' | 'exited';
  /** 0 while it runs, as docker has it. */
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Whether there is an error to read. */
  readonly error: boolean;
  /** Whether it has begun at all. */
  readonly started: boolean;
  readonly restarts: number;
  readonly exec?: number;
  /** What the last `wait` answered. */
  readonly waited?: number;
}

const sh = (script: string) => ['sh', '-c', script];
const SLEEPER = ['sleep', '1000'];
/** Says that its traps are set, then waits in a way that they interrupt. */
const trapping = (traps: string) => sh(`${traps}; echo ready; while true; do sleep 0.1; done`);
/** dd takes its whole block as memory at once. */
const HOG = 'dd if=/dev/zero of=/dev/null bs=200M count=1';

const exited = (exitCode: number, more: Partial<ExitState> = {}): ExitState => ({
  status: 'exited',
  exitCode,
  oomKilled: false,
  error: false,
  started: true,
  restarts: 0,
  ...more,
});
const running = (more: Partial<ExitState> = {}): ExitState => exited(0, { status: 'running', ...more });
const refused = (exitCode: number): ExitState => exited(exitCode, { status: 'created', error: true, started: false });

const RUN: readonly Step[] = [['start'], ['wait']];

const codes: ExitCase[] = [0, 1, 2, 42, 125, 126, 127, 128, 137, 143, 254, 255].map((code) => ({
  name: `exit ${code}`,
  create: { command: sh(`exit ${code}`) },
  steps: RUN,
  state: exited(code, { waited: code }),
}));

const starts: ExitCase[] = [
  { name: 'a path where nothing is', create: { command: ['/no/such/program'] }, steps: [['start-fails']], state: refused(127) },
  { name: 'a name that is not on the PATH', create: { command: ['no-such-program'] }, steps: [['start-fails']], state: refused(127) },
  { name: 'a file that may not be executed', create: { command: ['/etc/passwd'] }, steps: [['start-fails']], state: refused(126) },
  { name: 'a directory', create: { command: ['/tmp'] }, steps: [['start-fails']], state: refused(126) },
  {
    name: 'a user that the image does not have',
    create: { command: sh('exit 0'), user: 'nobody-knows' },
    steps: [['start-fails']],
    state: refused(128),
  },
  {
    name: 'a second start after the program has gone',
    create: { command: ['/vanishing'] },
    steps: [['start'], ['wait'], ['start-fails']],
    state: exited(127, { error: true, waited: 3 }),
  },
  {
    name: 'a start after a stop',
    create: { command: SLEEPER },
    steps: [['start'], ['stop', 0], ['start']],
    state: running(),
  },
];

/** A process that is nobody's init dies of a signal; 128 + n. */
const signals: ExitCase[] = (
  [
    ['HUP', 129],
    ['INT', 130],
    ['QUIT', 131],
    ['ABRT', 134],
    ['KILL', 137],
    ['USR1', 138],
    ['SEGV', 139],
    ['USR2', 140],
    ['PIPE', 141],
    ['ALRM', 142],
    ['TERM', 143],
  ] as const
).map(([signal, code]) => ({
  name: `SIG${signal} to a process among the host's`,
  create: { command: SLEEPER, hostPid: true },
  steps: [['start'], ['kill', signal], ['wait']],
  state: exited(code, { waited: code }),
}));

const faults: ExitCase[] = [
  { name: 'an illegal instruction', create: { command: ['/fault-ill'] }, steps: RUN, state: exited(132, { waited: 132 }) },
  { name: 'a breakpoint', create: { command: ['/fault-trap'] }, steps: RUN, state: exited(133, { waited: 133 }) },
  { name: 'a read of address 0', create: { command: ['/fault-segv'] }, steps: RUN, state: exited(139, { waited: 139 }) },
  {
    name: 'more CPU time than its limit',
    create: { command: sh('while true; do :; done'), cpuSeconds: 1 },
    steps: RUN,
    state: exited(137, { waited: 137 }),
  },
];

const kills: ExitCase[] = [
  {
    name: 'SIGKILL to an init',
    create: { command: SLEEPER },
    steps: [['start'], ['kill', 'KILL'], ['wait']],
    state: exited(137, { waited: 137 }),
  },
  { name: 'SIGTERM to an init without a handler', create: { command: SLEEPER }, steps: [['start'], ['kill', 'TERM']], state: running() },
  {
    name: 'a signal that it handles',
    create: { command: trapping("trap 'exit 3' USR1") },
    steps: [['start'], ['ready'], ['kill', 'USR1'], ['wait']],
    state: exited(3, { waited: 3 }),
  },
  {
    name: 'a signal that it survives, then its own exit',
    create: { command: sh("trap 'seen=1' HUP; echo ready; while [ -z $seen ]; do sleep 0.1; done; exit 4") },
    steps: [['start'], ['ready'], ['kill', 'HUP'], ['wait']],
    state: exited(4, { waited: 4 }),
  },
  {
    name: 'SIGKILL while it is paused',
    create: { command: SLEEPER },
    steps: [['start'], ['pause'], ['kill', 'KILL'], ['wait']],
    state: exited(137, { waited: 137 }),
  },
  {
    name: 'SIGKILL from the host',
    create: { command: SLEEPER },
    steps: [['start'], ['host-kill'], ['wait']],
    state: exited(137, { waited: 137 }),
  },
  {
    name: 'SIGTERM to a child of an init of ours',
    create: { command: SLEEPER, init: true },
    steps: [['start'], ['kill', 'TERM'], ['wait']],
    state: exited(143, { waited: 143 }),
  },
];

const stops: ExitCase[] = [
  {
    name: 'a stop that it obeys',
    create: { command: trapping("trap 'exit 0' TERM") },
    steps: [['start'], ['ready'], ['stop', 10]],
    state: exited(0),
  },
  {
    name: 'a stop that it obeys with a code of its own',
    create: { command: trapping("trap 'exit 9' TERM") },
    steps: [['start'], ['ready'], ['stop', 10]],
    state: exited(9),
  },
  { name: 'a stop that it does not obey in time', create: { command: SLEEPER }, steps: [['start'], ['stop', 1]], state: exited(137) },
  { name: 'a stop that gives no time', create: { command: SLEEPER }, steps: [['start'], ['stop', 0]], state: exited(137) },
  {
    name: 'a stop with a signal of its own',
    create: { command: trapping("trap 'exit 5' QUIT"), stopSignal: 'SIGQUIT' },
    steps: [['start'], ['ready'], ['stop', 10]],
    state: exited(5),
  },
  {
    name: 'a stop with the signal of the image',
    create: { command: trapping("trap 'exit 6' USR1"), image: 'usr1' },
    steps: [['start'], ['ready'], ['stop', 10]],
    state: exited(6),
  },
  {
    name: 'a stop of a child of an init of ours',
    create: { command: SLEEPER, init: true },
    steps: [['start'], ['stop', 10]],
    state: exited(143),
  },
  { name: 'a restart', create: { command: SLEEPER }, steps: [['start'], ['restart', 0]], state: running() },
];

const oom: ExitCase[] = [
  {
    name: 'an init without memory',
    create: { command: HOG.split(' '), memoryMiB: 32 },
    steps: RUN,
    state: exited(137, { oomKilled: true, waited: 137 }),
  },
  {
    name: 'a child without memory, and an end with its code',
    create: { command: sh(`${HOG}; exit $?`), memoryMiB: 32 },
    steps: RUN,
    state: exited(137, { oomKilled: true, waited: 137 }),
  },
  {
    name: 'a child without memory, and an end of its own',
    create: { command: sh(`${HOG}; sleep 1; exit 0`), memoryMiB: 32 },
    steps: RUN,
    state: exited(0, { oomKilled: true, waited: 0 }),
  },
  {
    name: 'a child of an init of ours without memory',
    create: { command: HOG.split(' '), memoryMiB: 32, init: true },
    steps: RUN,
    state: exited(137, { oomKilled: true, waited: 137 }),
  },
];

const policies: ExitCase[] = [
  {
    name: 'on-failure gives up after its tries',
    create: { command: sh('exit 3'), restart: ['on-failure', 2] },
    steps: [['start'], ['until', 'exited', 2]],
    state: exited(3, { restarts: 2 }),
  },
  {
    name: 'on-failure and a success',
    create: { command: sh('exit 0'), restart: ['on-failure', 2] },
    steps: RUN,
    state: exited(0, { waited: 0 }),
  },
  {
    name: 'always, and a stop',
    create: { command: SLEEPER, restart: ['always'] },
    steps: [['start'], ['stop', 0]],
    state: exited(137),
  },
  {
    name: 'unless-stopped, and a kill',
    create: { command: SLEEPER, restart: ['unless-stopped'] },
    steps: [['start'], ['kill', 'KILL'], ['until', 'exited']],
    state: exited(137),
  },
];

const execs: ExitCase[] = [
  {
    name: 'an exec that ends with a code',
    create: { command: SLEEPER },
    steps: [['start'], ['exec', ...sh('exit 3')]],
    state: running({ exec: 3 }),
  },
  {
    name: 'an exec of a directory',
    create: { command: SLEEPER },
    steps: [['start'], ['exec', '/tmp']],
    state: running({ exec: 126 }),
  },
  {
    name: 'an exec that dies of a signal',
    create: { command: SLEEPER },
    steps: [['start'], ['exec', ...sh('kill -KILL $$')]],
    state: running({ exec: 137 }),
  },
];

/** Where we say more than docker: its runtime takes these for started and reports 1, 128 for the link, and 126 for the exec. */
export const OTHERWISE: readonly ExitCase[] = [
  {
    name: 'a script whose interpreter is missing',
    create: { command: ['/bad-interpreter'] },
    steps: [['start-fails']],
    state: refused(127),
  },
  { name: 'text without an interpreter', create: { command: ['/no-format'] }, steps: [['start-fails']], state: refused(126) },
  { name: 'a link to itself', create: { command: ['/loop'] }, steps: [['start-fails']], state: refused(126) },
  {
    name: 'an exec of what is not there',
    create: { command: SLEEPER },
    steps: [['start'], ['exec', '/no/such/program']],
    state: running({ exec: 127 }),
  },
];

export const CASES: readonly ExitCase[] = [...codes, ...starts, ...signals, ...faults, ...kills, ...stops, ...oom, ...policies, ...execs];
