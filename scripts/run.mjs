// The entry of every command. What it says itself any Node since 12 understands; the rest is imported once this one is new enough.
const MINIMUM = 20;

if (Number(process.versions.node.split('.')[0]) >= MINIMUM) {
  import('./verbs.mjs').then(({ runVerb }) => runVerb(process.argv.slice(2)));
} else {
  process.stderr.write(`keelson: Node ${process.versions.node} is too old; install Node ${MINIMUM} or newer (https://nodejs.org)\n`);
  process.exit(1);
}
