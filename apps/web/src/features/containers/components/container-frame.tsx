import type { ReactNode } from 'react';
import { Page } from '@/components/layout/page';
import { Remote } from '@/components/ui/remote';
import { asFailure } from '@/lib/api-error';
import { useText } from '@/lib/i18n';
import type { HostSize } from '@/lib/limits/read-limits';
import { useContainer } from '../api/containers';
import { ShownContainerContext } from '../hooks/use-shown-container';
import { ContainerActions } from './container-actions';
import { ContainerSubtitle } from './container-subtitle';
import { ContainerTabs } from './container-tabs';

interface ContainerFrameProps {
  readonly id: string;
  /** The last part of the address: which tab is shown. */
  readonly view: string;
  readonly host: HostSize | undefined;
  readonly onRemoved: () => void;
  readonly children: ReactNode;
}

/** Name, state, actions and tabs of one container, around one of its views. */
export function ContainerFrame({ id, view, host, onRemoved, children }: ContainerFrameProps) {
  const text = useText();
  const container = useContainer(id);
  const gone = container.error && asFailure(container.error).code === 'container_not_found';
  // What is known of a container that was removed meanwhile is no answer any more.
  const query = gone ? { ...container, data: undefined } : container;
  const { data } = query;
  return (
    <Page
      title={data?.name ?? id.slice(0, 12)}
      back={{ href: '/containers', label: text.containers.title }}
      actions={data && <ContainerActions container={data} host={host} onRemoved={onRemoved} />}
    >
      <Remote query={query} rows={6}>
        {(shown) => (
          <ShownContainerContext value={shown}>
            <ContainerSubtitle container={shown} />
            <ContainerTabs id={id} view={view} />
            {children}
          </ShownContainerContext>
        )}
      </Remote>
    </Page>
  );
}
