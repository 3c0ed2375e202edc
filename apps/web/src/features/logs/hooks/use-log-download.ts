import { logMessage } from '@keelson/contracts';
import { useMutation } from '@tanstack/react-query';
import { toast } from '@/components/ui/toasts';
import { callLines, type Query } from '@/lib/api-client';
import { ApiFailure, asFailure, type FailureCode } from '@/lib/api-error';
import { useText } from '@/lib/i18n';

interface LogDownload {
  readonly id: string;
  /** Of the file, without its extension. */
  readonly name: string;
  /** Of the API: what is wanted of the log. */
  readonly query: Query;
}

/** Saves a log, or what of it is wanted, as a text file. */
export function useLogDownload() {
  const text = useText();
  return useMutation({
    mutationFn: async (wanted: LogDownload) => save(await wantedLog(wanted), `${wanted.name}.log`),
    onError: (error) => toast.refused(text.common.failed, asFailure(error)),
  });
}

async function wantedLog({ id, query }: LogDownload): Promise<Blob> {
  const parts: string[] = [];
  for await (const line of callLines(logMessage, 'GET', `/containers/${encodeURIComponent(id)}/logs`, { query })) {
    if (line.type === 'error') throw new ApiFailure(line.code as FailureCode, line.message);
    if (line.type === 'line') parts.push(`${line.time ? `${line.time} ` : ''}${line.text}${line.partial ? '' : '\n'}`);
  }
  return new Blob(parts, { type: 'text/plain' });
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
