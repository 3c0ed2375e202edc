import type { MetricsSample } from '@keelson/contracts';
import { Box, Plus } from 'lucide-react';
import Link from 'next/link';
import { Page } from '@/components/layout/page';
import { buttonClass } from '@/components/ui/button';
import { Card, EmptyState } from '@/components/ui/card';
import { Remote } from '@/components/ui/remote';
import { Searched } from '@/components/ui/searched';
import { useText } from '@/lib/i18n';
import { useContainers } from '../api/containers';
import { ContainerList } from './container-list';

type Samples = Readonly<Record<string, MetricsSample>>;

export function ContainersView({ samples }: { samples: Samples }) {
  const text = useText();
  const containers = useContainers();
  const empty = containers.data?.length === 0;
  return (
    <Page title={text.containers.title} actions={!empty && <NewContainer />}>
      <Remote query={containers}>
        {(list) =>
          list.length > 0 ? (
            <Searched label={text.containers.search} items={list} words={({ name, image, id }) => [name, image, id]}>
              {(found) => <ContainerList containers={found} samples={samples} />}
            </Searched>
          ) : (
            <Card>
              <EmptyState icon={<Box aria-hidden />} title={text.containers.empty} hint={text.containers.emptyHint}>
                <NewContainer />
              </EmptyState>
            </Card>
          )
        }
      </Remote>
    </Page>
  );
}

function NewContainer() {
  const text = useText();
  return (
    <Link href="/containers/new" className={buttonClass({ tone: 'primary' })}>
      <Plus aria-hidden />
      {text.containers.create}
    </Link>
  );
}
