import { Download, Layers, Upload } from 'lucide-react';
import { useState } from 'react';
import { Page } from '@/components/layout/page';
import { Button } from '@/components/ui/button';
import { Card, EmptyState } from '@/components/ui/card';
import { Remote } from '@/components/ui/remote';
import { Searched } from '@/components/ui/searched';
import { useText } from '@/lib/i18n';
import { useImages } from '../api/images';
import { usePull } from '../hooks/use-pull';
import { ImageList } from './image-list';
import { ImportDialog } from './import-dialog';
import { PullDialog } from './pull-dialog';

export function ImagesView() {
  const text = useText();
  const images = useImages();
  const pull = usePull();
  const [pulling, setPulling] = useState(false);
  const [importing, setImporting] = useState(false);
  const buttons = (
    <>
      <Button onClick={() => setImporting(true)}>
        <Upload aria-hidden />
        {text.importImage.open}
      </Button>
      <Button tone="primary" onClick={() => setPulling(true)}>
        <Download aria-hidden />
        {text.pull.open}
      </Button>
    </>
  );
  return (
    <Page title={text.images.title} actions={buttons}>
      <Remote query={images}>
        {(list) =>
          list.length > 0 ? (
            <Searched label={text.images.search} items={list} words={({ references, id }) => [...references, id]}>
              {(found) => <ImageList images={found} />}
            </Searched>
          ) : (
            <NoImages />
          )
        }
      </Remote>
      <PullDialog pull={pull} open={pulling} onOpenChange={setPulling} />
      <ImportDialog open={importing} onOpenChange={setImporting} />
    </Page>
  );
}

function NoImages() {
  const text = useText();
  return (
    <Card>
      <EmptyState icon={<Layers aria-hidden />} title={text.images.empty} hint={text.images.emptyHint} />
    </Card>
  );
}
