import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushVariant } from '../support/images/variant.js';
import { score } from '../support/scorecard.js';
import { useSuite } from '../support/suite.js';
import { CASES, OTHERWISE } from './exit-states/cases.js';
import { type Images, outcomeOf } from './exit-states/driver.js';
import { programEntries } from './exit-states/programs.js';

const suite = useSuite({ env: () => ({ KEELSON_HOST_NAMESPACES: 'pid' }) });
let images: Images;
let equal = 0;

beforeAll(async () => {
  const config = { Env: ['PATH=/bin'] };
  const pulled = async (name: string, more: Record<string, string> = {}) => {
    const variant = { base: 'busybox', entries: programEntries(), config: { ...config, ...more } } as const;
    const reference = await pushVariant(suite.registry.host, name, variant);
    await suite.api.pulled(reference);
    return reference;
  };
  images = { plain: await pulled('exits'), usr1: await pulled('exits-usr1', { StopSignal: 'SIGUSR1' }) };
});

afterAll(async () => {
  await score({ row: 20, ours: `${equal} of ${CASES.length} cases`, met: equal === CASES.length && equal >= 60 });
  process.stdout.write(`exit states equal to docker's: ${equal} of ${CASES.length} cases\n`);
});

describe('the state after', () => {
  it.concurrent.each(CASES.map((one) => [one.name, one] as const))('%s is what docker says', async (_, one) => {
    expect(await outcomeOf(suite, images, one)).toEqual(one.state);
    equal += 1;
  });

  it.concurrent.each(OTHERWISE.map((one) => [one.name, one] as const))(
    '%s says what a shell would, where docker does not',
    async (_, one) => {
      expect(await outcomeOf(suite, images, one)).toEqual(one.state);
    },
  );
});
