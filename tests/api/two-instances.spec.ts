import { describe, expect, it } from 'vitest';
import { expectNothingLeft, inventory } from '../support/leaks.js';
import { type Suite, useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const one = useSuite({ images: ['busybox', 'nginx'] });
const two = useSuite({ images: ['busybox', 'nginx'] });

describe('two instances on one host', () => {
  it('both have a container of the same name, and neither sees the other’s', async () => {
    const same = (suite: Suite) =>
      suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '1000'], name: 'same', start: true });
    const [mine, theirs] = await Promise.all([same(one), same(two)]);
    expect(mine.id).not.toBe(theirs.id);
    expect((await one.api.containers.list()).map(({ id }) => id)).toEqual([mine.id]);
    expect((await two.api.containers.list()).map(({ id }) => id)).toEqual([theirs.id]);
  });

  it('a token of one opens nothing of the other', async () => {
    const response = await fetch(`${two.server.baseUrl}/api/v1/containers`, {
      headers: { authorization: `Bearer ${await one.server.token()}` },
    });
    expect(response.status).toBe(401);
  });

  it('taking one down leaves the other’s containers, ports and networks in place', async () => {
    const { id } = await one.api.containers.create({ image: one.image('nginx'), ports: [{ containerPort: 80 }], start: true });
    const port = (await one.api.containers.inspect(id)).ports[0]?.hostPort ?? 0;
    const page = () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        (answer) => answer.text(),
        () => '',
      );
    expect(await until(page, (text) => text !== '')).toContain('inside a container');
    const held = (await inventory(one.instance)).filter((line) => !line.startsWith('process '));

    await two.removeContainers();
    await two.expectNothingLeft();
    await two.server.stop();

    expect(await page()).toContain('inside a container');
    expect((await inventory(one.instance)).filter((line) => !line.startsWith('process '))).toEqual(held);
    await two.startServer();
    await expectNothingLeft(two.instance, await inventory(two.instance));
  });
});
