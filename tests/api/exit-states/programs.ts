import { entry, symlink } from '../../../packages/runtime-native/test/support/tar.js';

/** Machine code that the kernel ends at its first instruction, by processor. */
const FAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // ud2; int3; mov eax, [0]
  x64: { ill: '0f0b', trap: 'cc', segv: '8b042500000000' },
  // udf #0; brk #0; mov x0, #0 and ldr x0, [x0]
  arm64: { ill: '00000000', trap: '000020d4', segv: '000080d2000040f9' },
};
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };
const LOAD_ADDRESS = 0x40_0000;
const HEADERS = 64 + 56;

/** What the cases run besides busybox, as entries of a layer. */
export function programEntries(): Buffer[] {
  const codes = FAULTS[process.arch];
  if (!codes) throw new Error(`no faults for ${process.arch}`);
  const faults = Object.entries(codes).map(([name, code]) => executable(`fault-${name}`, elf(Buffer.from(code, 'hex'))));
  return [
    ...faults,
    executable('bad-interpreter', '#!/no/such/interpreter\n'),
    executable('no-format', 'echo hello\n'),
    executable('vanishing', '#!/bin/sh\nrm /vanishing\nexit 3\n'),
    symlink('loop', 'loop'),
  ];
}

function executable(name: string, content: string | Buffer): Buffer {
  return entry({ name, mode: 0o755 }, content);
}

/** An ELF file of one segment (elf(5)): its two headers, then the code. */
function elf(code: Buffer): Buffer {
  const image = Buffer.alloc(HEADERS + code.length);
  Buffer.from('7f454c46020101', 'hex').copy(image);
  image.writeUInt16LE(2, 16);
  image.writeUInt16LE(MACHINES[process.arch] ?? 0, 18);
  image.writeUInt32LE(1, 20);
  image.writeBigUInt64LE(BigInt(LOAD_ADDRESS + HEADERS), 24);
  image.writeBigUInt64LE(64n, 32);
  image.writeUInt16LE(64, 52);
  image.writeUInt16LE(56, 54);
  image.writeUInt16LE(1, 56);
  image.writeUInt32LE(1, 64);
  // Readable and executable.
  image.writeUInt32LE(5, 68);
  image.writeBigUInt64LE(BigInt(LOAD_ADDRESS), 80);
  image.writeBigUInt64LE(BigInt(LOAD_ADDRESS), 88);
  image.writeBigUInt64LE(BigInt(image.length), 96);
  image.writeBigUInt64LE(BigInt(image.length), 104);
  image.writeBigUInt64LE(0x1000n, 112);
  code.copy(image, HEADERS);
  return image;
}
