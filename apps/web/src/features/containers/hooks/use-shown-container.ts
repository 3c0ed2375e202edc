import type { ContainerDetail } from '@keelson/contracts';
import { createContext, useContext } from 'react';

export const ShownContainerContext = createContext<ContainerDetail | undefined>(undefined);

/** The container whose page this is; only below a ContainerFrame, which shows nothing until it is known. */
export function useShownContainer(): ContainerDetail {
  const container = useContext(ShownContainerContext);
  if (!container) throw new Error('no ContainerFrame above');
  return container;
}
