import { useState } from 'react';
import { call } from '@/lib/api-client';

/** Removes what was written so far; `cleared` counts how often that was done here. */
export function useClearLog(id: string): { clear: () => Promise<void>; cleared: number } {
  const [cleared, setCleared] = useState(0);
  const clear = async () => {
    await call('DELETE', `/containers/${encodeURIComponent(id)}/logs`);
    setCleared((before) => before + 1);
  };
  return { clear, cleared };
}
