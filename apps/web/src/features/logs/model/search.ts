import type { LineRow, LogBuffer, LogRow } from './log-buffer';

export type ShownStream = 'all' | LineRow['stream'];

/** Where a match is: its row and where in the row's text it starts. */
export interface Match {
  readonly row: number;
  readonly start: number;
}

/** More are not counted: nobody steps through them. */
const MOST_MATCHES = 5000;

export function isShown(row: LogRow, stream: ShownStream): boolean {
  return row.kind === 'gap' || stream === 'all' || row.stream === stream;
}

/** All places of what is looked for in the rows that are shown. */
export function findMatches({ blocks }: LogBuffer, find: Finder | undefined, stream: ShownStream): Match[] {
  if (!find) return [];
  const matches: Match[] = [];
  for (const { rows } of blocks)
    for (const row of rows) {
      if (row.kind !== 'line' || !isShown(row, stream)) continue;
      for (const { start } of find(row.text)) {
        matches.push({ row: row.key, start });
        if (matches.length >= MOST_MATCHES) return matches;
      }
    }
  return matches;
}

/** A stretch of a text, from `start` up to `end`. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** Finds what is looked for in the text of a row. */
export type Finder = (text: string) => readonly Place[];

export function textFinder(wanted: string, ignoreCase = true): Finder {
  const folded = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const needle = folded(wanted);
  return (text) => {
    const hay = folded(text);
    const places: Place[] = [];
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length))
      places.push({ start: at, end: at + needle.length });
    return places;
  };
}

/** A group that repeats can take this engine, which tries everything, longer than anybody waits. */
const RISKY = /\)[*+{?]/;
/** Of a row; what is behind is not marked. */
const MOST_MARKED = 2000;

/** For marking what the server found by an expression of RE2. Where this engine does not know it, or might never end, nothing is marked. */
export function expressionFinder(expression: string, ignoreCase: boolean): Finder | undefined {
  if (RISKY.test(expression)) return undefined;
  try {
    const pattern = new RegExp(expression, ignoreCase ? 'gi' : 'g');
    return (text) =>
      [...text.slice(0, MOST_MARKED).matchAll(pattern)]
        .filter(([found]) => found !== '')
        .map(({ 0: found, index }) => ({ start: index, end: index + found.length }));
  } catch {
    return undefined;
  }
}

/** A stretch of a row in which nothing changes. */
export interface Piece {
  readonly start: number;
  readonly text: string;
  readonly style: string;
  readonly marked: boolean;
}

/** The row cut where its style or its being a match changes. */
export function piecesOf({ text, runs }: LineRow, find: Finder | undefined): Piece[] {
  const marks = find?.(text) ?? [];
  const cuts = [0, text.length, ...[...runs, ...marks].flatMap(({ start, end }) => [start, end])];
  const places = [...new Set(cuts)].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, at) => ({
    start,
    text: text.slice(start, places[at + 1]),
    style: runs.find((run) => run.start <= start && start < run.end)?.style ?? '',
    marked: marks.some((mark) => mark.start <= start && start < mark.end),
  }));
}
