import { containerDetail } from '@keelson/contracts';
import { expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox'] });
const rename = (id: string, name: string) => suite.api.json(containerDetail, 'POST', `/containers/${id}/rename`, { body: { name } });

it('a running container takes another name, which is its own over a restart of the server', async () => {
  const { id, hostname } = await suite.api.containers.create({
    image: suite.image('busybox'),
    name: 'old',
    command: ['sleep', '100'],
    start: true,
  });
  expect(await rename('old', 'new')).toMatchObject({ id, name: 'new', hostname, state: 'running' });
  await expectFailure(suite.api.containers.inspect('old'), 'container_not_found');
  await suite.server.kill9();
  await suite.startServer();
  expect((await suite.api.containers.inspect('new')).id).toBe(id);
  const { id: second } = await suite.api.containers.create({ image: suite.image('busybox'), name: 'old' });
  await expectFailure(rename(second, 'new'), 'container_name_taken');
  await expectFailure(rename(second, 'no good'), 'invalid_input');
  expect(await rename(second, 'old')).toMatchObject({ id: second, name: 'old' });
});
