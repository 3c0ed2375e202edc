/** A tar writer that writes what it is told, wrong things included: for tests of readers. */

export interface TarHeader {
  name?: string | Buffer;
  mode?: number;
  uid?: number | Buffer;
  gid?: number | Buffer;
  size?: number | Buffer;
  mtime?: number | Buffer;
  type?: string;
  link?: string | Buffer;
  format?: 'ustar' | 'gnu' | 'v7';
  prefix?: string;
  major?: number;
  minor?: number;
  /** Overwrites bytes after everything else but before the checksum. */
  patch?: (block: Buffer) => void;
  /** Written instead of the right checksum. */
  checksum?: number;
}

const BLOCK = 512;

/** Octal text with a closing NUL; base 256 (GNU) where that is too short or the number negative. */
export function number(value: number, width: number): Buffer {
  const octal = value.toString(8);
  if (value >= 0 && octal.length < width) return Buffer.from(`${octal.padStart(width - 1, '0')}\0`);
  const field = Buffer.alloc(width, value < 0 ? 0xff : 0);
  let rest = BigInt.asUintN((width - 1) * 8, BigInt(value));
  for (let i = width - 1; i > 0; i -= 1, rest >>= 8n) field[i] = Number(rest & 0xffn);
  field[0] = value < 0 ? 0xff : 0x80;
  return field;
}

/** One header block. */
export function header(fields: TarHeader): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (at: number, width: number, value: string | Buffer | number): void => {
    const bytes = typeof value === 'number' ? number(value, width) : Buffer.from(value);
    bytes.copy(block, at, 0, Math.min(bytes.length, width));
  };
  put(0, 100, fields.name ?? 'file');
  put(100, 8, fields.mode ?? 0o644);
  put(108, 8, fields.uid ?? 0);
  put(116, 8, fields.gid ?? 0);
  put(124, 12, fields.size ?? 0);
  put(136, 12, fields.mtime ?? 1_600_000_000);
  put(156, 1, fields.type ?? '0');
  put(157, 100, fields.link ?? '');
  if (fields.format !== 'v7') {
    put(257, 8, fields.format === 'gnu' ? 'ustar  \0' : 'ustar\x0000');
    put(329, 8, fields.major ?? 0);
    put(337, 8, fields.minor ?? 0);
    put(345, 155, fields.prefix ?? '');
  }
  fields.patch?.(block);
  block.fill(' ', 148, 156);
  const sum = fields.checksum ?? block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Zero bytes up to the next block. */
function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)]);
}

/** Header and data; the size is that of the data unless given. */
export function entry(fields: TarHeader, data: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(data);
  return Buffer.concat([header({ size: bytes.length, ...fields }), padded(bytes)]);
}

export const file = (name: string | Buffer, data = 'data', more: TarHeader = {}): Buffer => entry({ name, ...more }, data);
export const directory = (name: string, more: TarHeader = {}): Buffer => entry({ name, type: '5', mode: 0o755, ...more });
export const symlink = (name: string, link: string | Buffer, more: TarHeader = {}): Buffer => entry({ name, type: '2', link, ...more });
export const hardLink = (name: string, link: string | Buffer, more: TarHeader = {}): Buffer => entry({ name, type: '1', link, ...more });

/** One pax record, its own length counted. */
export function paxRecord(key: string, value: string | Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
  let length = body.length + 1;
  while (String(length).length + body.length !== length) length = String(length).length + body.length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

/** An extended header ('x') or, by `type`, a global one ('g'). */
export function pax(records: [string, string | Buffer][], type = 'x'): Buffer {
  const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
  return entry({ name: 'PaxHeaders/x', type }, body);
}

/** GNU long name ('L') or link ('K'). */
export const gnuLong = (type: 'L' | 'K', text: string | Buffer): Buffer =>
  entry({ name: '././@LongLink', type, format: 'gnu' }, Buffer.concat([Buffer.from(text), Buffer.alloc(1)]));

export const END = Buffer.alloc(2 * BLOCK);

/** A whole archive with its end mark. */
export const archive = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, END]);
