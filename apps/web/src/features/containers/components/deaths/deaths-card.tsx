import type { Death } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { Disclosure } from '@/components/ui/disclosure';
import { Remote } from '@/components/ui/remote';
import { useFormat, useText } from '@/lib/i18n';
import { useDeaths } from '../../api/containers';
import { DeathRecord } from './death-record';

/** How its runs ended: the last in full, the others behind their sentence. */
export function DeathsCard({ id }: { id: string }) {
  const words = useText().deaths;
  const deaths = useDeaths(id);
  return (
    <Card title={words.title}>
      <Remote query={deaths}>{(list) => <Records deaths={list} />}</Remote>
    </Card>
  );
}

function Records({ deaths: [last, ...earlier] }: { deaths: readonly Death[] }) {
  const words = useText().deaths;
  const format = useFormat();
  if (!last) return <p className="text-faint">{words.none}</p>;
  return (
    <>
      <DeathRecord death={last} />
      {earlier.length > 0 && (
        <>
          <h3 className="mt-5 mb-2 font-semibold text-[13px]">{words.earlier}</h3>
          <ul className="space-y-2">
            {earlier.map((death) => (
              <li key={death.number}>
                <Disclosure title={words.causes[death.cause]} hint={format.dateTime(death.finishedAt)}>
                  <DeathRecord death={death} />
                </Disclosure>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
