/** A stretch of a line that is drawn differently; `style` is a list of words for the style sheet. */
interface StyledRun {
  readonly start: number;
  readonly end: number;
  readonly style: string;
}

export interface PlainLine {
  readonly text: string;
  readonly runs: readonly StyledRun[];
}

const ESC = '\u001b';
const BEL = '\u0007';
/** Control sequences of ECMA-48 (CSI), operating system commands, and two-byte escapes; only the first kind can be SGR. */
const SEQUENCE = new RegExp(`${ESC}(?:\\[([0-9;:?]*)[ -/]*([@-~]?)|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|.)`, 'g');
/** What a log line has no use for: backspaces, bells and other control characters but the tab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f]/g;
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

/** What a terminal would show of a line: colours become runs, other sequences vanish, and text after a carriage return replaces what was before it. */
export function plainLine(raw: string): PlainLine {
  const line = lastOverwrite(raw);
  if (!line.includes(ESC)) return { text: line.replace(CONTROLS, ''), runs: [] };
  const runs: StyledRun[] = [];
  let text = '';
  let style = '';
  let from = 0;
  const take = (to: number) => {
    const piece = line.slice(from, to).replace(CONTROLS, '');
    if (style && piece) runs.push({ start: text.length, end: text.length + piece.length, style });
    text += piece;
  };
  for (const match of line.matchAll(SEQUENCE)) {
    take(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') style = afterSgr(style, match[1] ?? '');
  }
  take(line.length);
  return { text, runs };
}

function lastOverwrite(raw: string): string {
  const line = raw.replace(/\r+$/, '');
  return line.slice(line.lastIndexOf('\r') + 1);
}

/** Select Graphic Rendition (ECMA-48, 8.3.117): weight, the 16 colours of the foreground, and reset. The rest is left out. */
function afterSgr(style: string, parameters: string): string {
  let words = style.split(' ').filter(Boolean);
  const codes = parameters.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    const colour = COLOURS[code >= 90 ? code - 90 : code - 30];
    if (code === 0) words = [];
    else if (code === 1) words = [...words, 'ansi-bold'];
    else if (code === 22) words = words.filter((word) => word !== 'ansi-bold');
    else if (code === 39) words = words.filter((word) => word === 'ansi-bold');
    // An extended colour brings its own parameters: 5;n or 2;r;g;b.
    else if (code === 38 || code === 48) at += codes[at + 1] === 5 ? 2 : 4;
    else if (colour) words = [...words.filter((word) => word === 'ansi-bold'), `ansi-${colour}`];
  }
  return words.join(' ');
}
