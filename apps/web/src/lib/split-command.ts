export interface SplitCommand {
  readonly argv: readonly string[];
  /** A quote that is never closed, or a backslash at the very end. */
  readonly unfinished: boolean;
}

/**
 * Words of a command line by the quoting rules of POSIX sh (XCU 2.2): blanks separate, single quotes keep everything,
 * double quotes keep all but a backslash before `"`, `\`, `$` or a backtick. A backslash
 * at the end of a line joins it with the next. Nothing is expanded: no variable, glob, pipe or redirection.
 */
export function splitCommand(line: string): SplitCommand {
  const argv: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (quote === "'") {
      if (character === "'") quote = undefined;
      else word += character;
    } else if (character === '\\') {
      const next = line[at + 1];
      if (next === undefined) return { argv: word === undefined ? argv : [...argv, word], unfinished: true };
      if (next !== '\n') word = (word ?? '') + escaped(next, quote === '"');
      at++;
    } else if (quote === '"') {
      if (character === '"') quote = undefined;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) argv.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) argv.push(word);
  return { argv, unfinished: quote !== undefined };
}

function escaped(next: string, quoted: boolean): string {
  return quoted && !'"\\$`'.includes(next) ? `\\${next}` : next;
}

/** A word that `splitCommand` and every POSIX shell read back as it is. */
export function quoteWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
