import { DomainError } from '../../../domain/errors.js';
import { ID_BLOCK_SIZE } from './namespaces.js';

/** Ids inside the container. */
export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  readonly home: string;
}

/** Text of the image's own files; `''` where it has none. */
export interface UserFiles {
  readonly passwd: string;
  readonly group: string;
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/**
 * Reads `uid`, `uid:gid`, `name`, `name:group` or `''` (root) as Docker does, by passwd(5) and group(5) of the image. All
 * digits always mean an id, so that no entry of an image can give a number another meaning (R12). Throws `invalid_input`.
 */
export function resolveUser(wanted: string, files: UserFiles): ResolvedUser {
  const [userPart = '', groupPart] = wanted.split(':', 2);
  const user = findUser(userPart || '0', parsePasswd(files.passwd));
  if (groupPart) {
    const gid = findGroup(groupPart, files.group);
    return { uid: user.uid, gid, additionalGids: [gid], home: user.home };
  }
  // The own group stands among the additional ones too: dropping it must not be a way around a mode that denies the group.
  const additional = new Set([user.gid, ...groupsOf(user.name, files.group)]);
  return { uid: user.uid, gid: user.gid, additionalGids: [...additional], home: user.home };
}

function findUser(wanted: string, entries: readonly PasswdEntry[]): PasswdEntry {
  const id = parseId(wanted, 'user');
  if (id !== null) return entries.find((entry) => entry.uid === id) ?? { name: '', uid: id, gid: 0, home: '/' };
  const found = entries.find((entry) => entry.name === wanted);
  if (!found) throw unusable('user', `user ${wanted} is not in /etc/passwd of the image; use a name it has, or a number`);
  return found;
}

function findGroup(wanted: string, text: string): number {
  const id = parseId(wanted, 'group');
  if (id !== null) return id;
  for (const [name, , gid] of fields(text)) {
    if (name === wanted && isId(gid)) return Number(gid);
  }
  throw unusable('group', `group ${wanted} is not in /etc/group of the image; use a name it has, or a number`);
}

function groupsOf(user: string, text: string): number[] {
  if (user === '') return [];
  return fields(text)
    .filter(([, , gid, members]) => isId(gid) && (members ?? '').split(',').includes(user))
    .map(([, , gid]) => Number(gid));
}

function parsePasswd(text: string): PasswdEntry[] {
  return fields(text)
    .filter(([name, , uid, gid]) => name && isId(uid) && isId(gid))
    .map(([name = '', , uid, gid, , home]) => ({ name, uid: Number(uid), gid: Number(gid), home: home || '/' }));
}

function fields(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

/** null: not a number. Ids that the container has no mapping for are refused here, before anything is made. */
function parseId(text: string, kind: 'user' | 'group'): number | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  if (!isId(text)) throw unusable(kind, `${kind} ${text} is not between 0 and ${ID_BLOCK_SIZE - 1}, the ids that a container has`);
  return Number(text);
}

function isId(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) < ID_BLOCK_SIZE;
}

function unusable(kind: string, message: string): DomainError {
  return new DomainError('invalid_input', message, { field: 'user', kind });
}
