import type { ContainerSummary, MetricsSample } from '@keelson/contracts';
import { Box, Plus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Page } from '@/components/layout/page';
import { buttonClass } from '@/components/ui/button';
import { Card, EmptyState } from '@/components/ui/card';
import { Remote } from '@/components/ui/remote';
import { SearchField } from '@/components/ui/search-field';
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
            <Searchable containers={list} samples={samples} />
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

function Searchable({ containers, samples }: { containers: readonly ContainerSummary[]; samples: Samples }) {
  const text = useText();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = containers.filter(({ name, image, id }) => [name, image, id].some((value) => value.toLowerCase().includes(wanted)));
  return (
    <div className="space-y-3">
      <SearchField label={text.containers.search} value={search} onChange={setSearch} />
      {found.length > 0 ? (
        <ContainerList containers={found} samples={samples} />
      ) : (
        <p className="py-8 text-center text-soft">{text.common.nothingFound}</p>
      )}
    </div>
  );
}
