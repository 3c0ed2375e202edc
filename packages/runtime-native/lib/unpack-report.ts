import { LayerError, type LayerFailure } from './unpack-errors.js';

/** What was unpacked: sum of the file sizes (holes included), and entries with the directories made for them. */
export interface UnpackedLayer {
  bytes: number;
  entries: number;
}

/** Reads the helper's one JSON line; throws the `LayerError` that it tells of, or one for a helper that told nothing. */
export function parseReport(line: string, exit: string): UnpackedLayer {
  const report = parseObject(line);
  if (report?.['ok'] === true && typeof report['bytes'] === 'number' && typeof report['entries'] === 'number') {
    return { bytes: report['bytes'], entries: report['entries'] };
  }
  throw new LayerError(report?.['ok'] === false ? failureOf(report) : silent(exit));
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function failureOf(report: Record<string, unknown>): LayerFailure {
  const text = (key: string): string => (typeof report[key] === 'string' ? report[key] : '');
  const errno = typeof report['errno'] === 'number' ? report['errno'] : 0;
  return { stage: text('stage'), errno, detail: text('detail'), entry: text('entry') };
}

function silent(exit: string): LayerFailure {
  return { stage: 'layer.helper', errno: 0, detail: `keelson-unpack ended without a report (${exit})`, entry: '' };
}
