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

/** All places of a text in the rows that are shown, upper and lower case alike. */
export function findMatches({ blocks }: LogBuffer, wanted: string, stream: ShownStream): Match[] {
  if (wanted === '') return [];
  const matches: Match[] = [];
  for (const { rows } of blocks)
    for (const row of rows) {
      if (row.kind !== 'line' || !isShown(row, stream)) continue;
      for (const start of placesOf(row.text, wanted)) {
        matches.push({ row: row.key, start });
        if (matches.length >= MOST_MATCHES) return matches;
      }
    }
  return matches;
}

function placesOf(text: string, wanted: string): number[] {
  const [hay, needle] = [text.toLowerCase(), wanted.toLowerCase()];
  const places: number[] = [];
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) places.push(at);
  return places;
}

/** A stretch of a row in which nothing changes. */
export interface Piece {
  readonly start: number;
  readonly text: string;
  readonly style: string;
  readonly marked: boolean;
}

/** The row cut where its style or its being a match changes. */
export function piecesOf({ text, runs }: LineRow, wanted: string): Piece[] {
  const marks = wanted === '' ? [] : placesOf(text, wanted).map((start) => ({ start, end: start + wanted.length }));
  const cuts = [0, text.length, ...[...runs, ...marks].flatMap(({ start, end }) => [start, end])];
  const places = [...new Set(cuts)].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, at) => ({
    start,
    text: text.slice(start, places[at + 1]),
    style: runs.find((run) => run.start <= start && start < run.end)?.style ?? '',
    marked: marks.some((mark) => mark.start <= start && start < mark.end),
  }));
}
