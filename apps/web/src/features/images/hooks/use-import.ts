import { useRef, useState } from 'react';
import { type ImportImage, useImportImage } from '../api/images';

/** One upload and how far it is. `stop` also forgets its failure. */
export function useImport() {
  const { mutate, isPending, error, reset } = useImportImage();
  const [sent, setSent] = useState(0);
  const running = useRef<AbortController>(undefined);
  const start = (wanted: Pick<ImportImage, 'file' | 'reference' | 'command'>, onSuccess: () => void) => {
    const controller = new AbortController();
    running.current = controller;
    setSent(0);
    mutate({ ...wanted, onProgress: setSent, signal: controller.signal }, { onSuccess });
  };
  const stop = () => {
    running.current?.abort();
    reset();
  };
  return { start, stop, sent, isPending, error };
}
