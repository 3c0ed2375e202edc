import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CHECKOUT = join(import.meta.dirname, '../..');
const ARROW = 'http → domain ← infra';
const NEST = 'no Nest beyond Injectable';
const PORTS = 'the domain asks ports';
const DOORS = 'never import each other';
const FEATURES = 'app → features → components and lib';

/** File, what it imports, the rule that the refusal names. */
const FORBIDDEN = [
  ['apps/api/src/domain/images/a.ts', '../../infra/images/b.js', ARROW],
  ['apps/api/src/domain/images/a.ts', '../../http/rest/b.js', ARROW],
  ['apps/api/src/domain/images/a.ts', '@nestjs/core', NEST],
  ['apps/api/src/domain/images/a.ts', '@nestjs/swagger', NEST],
  ['apps/api/src/domain/images/a.ts', '@prisma/client', PORTS],
  ['apps/api/src/domain/images/a.ts', '@keelson/runtime-native', PORTS],
  ['apps/api/src/domain/images/a.ts', '@keelson/contracts', 'no wire types'],
  ['apps/api/src/domain/images/a.ts', 'express', 'no wire types'],
  ['apps/api/src/domain/images/a.ts', '../../../../web/src/lib/b.js', 'never imports the dashboard'],
  ['apps/api/src/infra/images/a.ts', '../../http/rest/b.js', ARROW],
  ['apps/api/src/http/ws/a.ts', '../../infra/images/b.js', ARROW],
  ['apps/api/src/http/rest/images/a.ts', '../../../infra/images/b.js', ARROW],
  ['apps/api/src/http/rest/images/a.ts', '../../docker/b.js', DOORS],
  ['apps/api/src/http/docker/a.ts', '../rest/b.js', DOORS],
  ['apps/api/src/http/docker/a.ts', '@keelson/runtime-native', 'infra uses packages'],
  ['apps/web/src/app/a.ts', '@keelson/runtime-native', 'web → contracts'],
  ['apps/web/src/app/a.ts', '../../../api/src/domain/b.js', 'web → contracts'],
  ['apps/web/src/features/images/a.ts', '@keelson/oci-registry', 'web → contracts'],
  ['apps/web/src/lib/a.ts', '../../../api/src/domain/b.js', 'web → contracts'],
  ['apps/web/src/features/images/a.ts', '@/features/containers/b', 'a page puts features together'],
  ['apps/web/src/features/images/a.ts', '@/app/b', FEATURES],
  ['apps/web/src/components/a.ts', '@/features/images/b', FEATURES],
  ['packages/oci-registry/src/a.ts', '../../../apps/api/src/domain/b.js', 'packages never import apps'],
  ['packages/runtime-native/lib/a.ts', '@keelson/api', 'packages never import apps'],
  ['packages/contracts/src/a.ts', '@keelson/oci-registry', 'contracts stand on zod alone'],
  ['packages/contracts/src/a.ts', 'node:fs', 'contracts stand on zod alone'],
] as const;

const ALLOWED = [
  ['apps/api/src/domain/images/a.ts', '../containers/b.js'],
  ['apps/api/src/infra/images/a.ts', '../../domain/images/b.js'],
  ['apps/api/src/infra/images/a.ts', '@keelson/runtime-native'],
  ['apps/api/src/http/rest/images/a.ts', '../../../domain/images/b.js'],
  ['apps/api/src/http/rest/images/a.ts', '@keelson/contracts'],
  ['apps/web/src/features/images/a.ts', '@keelson/contracts'],
  ['apps/web/src/features/images/a.ts', '@/lib/b'],
] as const;

const load = (specifier: string) => `import '${specifier}';\n`;

describe('the layer check', () => {
  let scratch: string;

  /** A checkout of the checking scripts, the rules and nothing to check. */
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'keelson-layers-'));
    for (const part of ['scripts', 'biome.json', 'package.json', '.gitignore'])
      cpSync(join(CHECKOUT, part), join(scratch, part), { recursive: true });
    symlinkSync(join(CHECKOUT, 'node_modules'), join(scratch, 'node_modules'));
    for (const folder of ['apps', 'packages/runtime-native/src', 'tests', 'bench']) mkdirSync(join(scratch, folder), { recursive: true });
  });
  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  /** What `npm run check` says of the scratch checkout with these files in it. */
  function check(files: Readonly<Record<string, string>>) {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(scratch, file)), { recursive: true });
      writeFileSync(join(scratch, file), content);
    }
    const program = "import('./scripts/layers.mjs').then(({ checkLayers }) => checkLayers())";
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--eval', program], {
      cwd: scratch,
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
      encoding: 'utf8',
      timeout: 20_000,
    });
    for (const file of Object.keys(files)) rmSync(join(scratch, file));
    return { status, said: `${stdout}${stderr}` };
  }

  it.each(FORBIDDEN)('refuses %s importing %s and names the rule', (file, specifier, rule) => {
    const { status, said } = check({ [file]: load(specifier) });
    expect(said).toContain(rule);
    expect(said).toContain(file);
    expect(status).toBe(1);
  });

  it('passes the same files with imports in the direction of the arrows', () => {
    const files = Object.fromEntries(
      ALLOWED.map(([file, specifier], index) => [file.replace('a.ts', `allowed-${index}.ts`), load(specifier)]),
    );
    expect(check(files)).toEqual({ status: 0, said: expect.not.stringContaining('rror') });
  });

  it('refuses a dynamic import like a static one', () => {
    const { status, said } = check({ 'apps/api/src/domain/images/a.ts': "export const load = () => import('../../infra/images/b.js');\n" });
    expect(said).toContain(ARROW);
    expect(status).toBe(1);
  });

  it('lets the domain have Injectable, and no controller', () => {
    const use = (name: string) => ({
      'apps/api/src/domain/a.ts': `import { ${name} } from '@nestjs/common';\n\nexport const used = ${name};\n`,
    });
    expect(check(use('Injectable')).status).toBe(0);
    const { status, said } = check(use('Controller'));
    expect(said).toContain(NEST);
    expect(status).toBe(1);
  });

  it('lets only the face of the native package load the addon', () => {
    // Put together here, or this file would be refused itself.
    const addon = ['keelson_runtime', 'node'].join('.');
    const content = `process.getBuiltinModule('module').createRequire(import.meta.url)('./${addon}');\n`;
    expect(check({ 'packages/runtime-native/lib/a.ts': content }).status).toBe(0);
    const { status, said } = check({ 'apps/api/src/infra/runtime/a.ts': content });
    expect(said).toContain('apps/api/src/infra/runtime/a.ts loads an addon; only packages/runtime-native/lib may');
    expect(status).toBe(1);
  });

  it.each(['napi.h', 'node_api.h', 'uv.h'])('lets only src/addon include <%s>', (header) => {
    const content = `#include <${header}>\n`;
    expect(check({ 'packages/runtime-native/src/addon/a.cc': content }).status).toBe(0);
    for (const folder of ['core/sys', 'supervisor']) {
      const { status, said } = check({ [`packages/runtime-native/src/${folder}/a.h`]: content });
      expect(said).toContain(`packages/runtime-native/src/${folder}/a.h includes <${header}>; only src/addon may`);
      expect(status).toBe(1);
    }
  });
});
