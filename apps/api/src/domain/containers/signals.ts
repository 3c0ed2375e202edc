import { constants } from 'node:os';
import { DomainError } from '../errors.js';

export const SIGKILL = 9;
/** signal(7): the highest real-time signal, SIGRTMAX. */
const HIGHEST = 64;
const SIGRTMIN = 34;

/** `SIGTERM`, `term`, `15`, 15, `RTMIN+3`. Throws `invalid_input`. */
export function signalNumber(signal: string | number, field = 'signal'): number {
  const number = typeof signal === 'number' ? signal : parse(signal.toUpperCase());
  if (number !== null && Number.isInteger(number) && number >= 1 && number <= HIGHEST) return number;
  throw new DomainError('invalid_input', `signal ${signal} does not exist; use a name such as SIGTERM or a number from 1 to ${HIGHEST}`, {
    field,
  });
}

/** `SIGKILL`, `SIGRTMIN+3`. */
export function signalName(number: number): string {
  const known = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  if (known) return known;
  if (number < SIGRTMIN || number > HIGHEST) return `signal ${number}`;
  return number === SIGRTMIN ? 'SIGRTMIN' : `SIGRTMIN+${number - SIGRTMIN}`;
}

function parse(text: string): number | null {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const name = text.startsWith('SIG') ? text : `SIG${text}`;
  const known = constants.signals[name as NodeJS.Signals];
  if (known !== undefined) return known;
  const realTime = /^SIGRT(?:MIN(?:\+(\d{1,2}))?|MAX(?:-(\d{1,2}))?)$/.exec(name);
  if (!realTime) return null;
  const number = name.startsWith('SIGRTMIN') ? SIGRTMIN + Number(realTime[1] ?? 0) : HIGHEST - Number(realTime[2] ?? 0);
  return number >= SIGRTMIN ? number : null;
}
