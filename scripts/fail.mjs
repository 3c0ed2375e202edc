/** Ends the program with one sentence for a person. */
export function fail(sentence) {
  process.stderr.write(`keelson: ${sentence}\n`);
  process.exit(1);
}

/** What takes its time, on standard error: standard output is the program's own. */
export function say(sentence) {
  process.stderr.write(`keelson: ${sentence}\n`);
}
