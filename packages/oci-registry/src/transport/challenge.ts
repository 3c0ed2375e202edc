/** One entry of WWW-Authenticate (RFC 9110, 11.6.1): scheme in lower case, parameters by lower-case name. */
export interface Challenge {
  readonly scheme: string;
  readonly params: ReadonlyMap<string, string>;
}

// A name, or a name with a quoted or bare value. Linear in its input: no alternative can match the same text twice.
const PART = /([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/gy;
const GAP = /[\s,]*/y;

/** Reads all challenges of all header lines; what does not parse ends the line that it stands in. */
export function parseChallenges(lines: readonly string[]): Challenge[] {
  return lines.flatMap(parseLine);
}

function parseLine(line: string): Challenge[] {
  const found: { scheme: string; params: Map<string, string> }[] = [];
  let at = 0;
  for (;;) {
    GAP.lastIndex = at;
    GAP.test(line);
    PART.lastIndex = GAP.lastIndex;
    const part = PART.exec(line);
    if (part === null) return found;
    at = PART.lastIndex;
    const [, name = '', quoted, bare] = part;
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (value === undefined) found.push({ scheme: name.toLowerCase(), params: new Map() });
    else found.at(-1)?.params.set(name.toLowerCase(), value);
  }
}
