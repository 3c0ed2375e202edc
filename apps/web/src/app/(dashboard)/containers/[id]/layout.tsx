import type { ReactNode } from 'react';
import { ContainerPage } from './container-page';

/** One exported page stands for every container; the server maps their addresses to it. */
export function generateStaticParams() {
  return [{ id: '_' }];
}

export default function ContainerLayout({ children }: { children: ReactNode }) {
  return <ContainerPage>{children}</ContainerPage>;
}
