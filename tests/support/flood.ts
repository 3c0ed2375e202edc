/** For the image `python`: numbered lines of 1000 bytes at a steady rate; afterwards, on stderr, how many and the longest write in microseconds. */
export const LINE_BYTES = 1000;

const PROGRAM = `
import os, sys, time
rate, seconds = int(sys.argv[1]), float(sys.argv[2])
line, number, longest = ${LINE_BYTES}, 0, 0.0
begun = time.monotonic()
while time.monotonic() - begun < seconds:
    due = int((time.monotonic() - begun) * rate / line)
    if due > number:
        upto = min(due, number + 1000)
        data = b''.join(b'%010d %s\\n' % (at, b'.' * (line - 12)) for at in range(number, upto))
        before = time.monotonic()
        while data: data = data[os.write(1, data):]
        longest = max(longest, time.monotonic() - before)
        number = upto
    else:
        time.sleep(0.002)
os.write(2, b'%d %d' % (number, longest * 1e6))
`;

export const steadyWriter = (bytesASecond: number, seconds: number): string[] => ['-c', PROGRAM, String(bytesASecond), String(seconds)];

/** What the writer says of itself, from its stderr. */
export function writerSummary(stderr: string): { lines: number; longestMs: number } {
  const [lines = Number.NaN, longest = Number.NaN] = stderr.split(' ').map(Number);
  return { lines, longestMs: longest / 1000 };
}
