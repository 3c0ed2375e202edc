/** Ends the program with one sentence for a person. */
export function fail(sentence) {
  process.stderr.write(`keelson: ${sentence}\n`);
  process.exit(1);
}
