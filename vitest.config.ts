import { defineConfig } from 'vitest/config';

// Each file starts a server of its own; the first run of all also makes the test images.
const SERVER = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 300_000 };

// One project a suite. Suites that use the kernel's global names (cgroups, interfaces) run their files one after another.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{apps,packages}/*/{src,lib}/**/*.spec.ts',
            'packages/runtime-native/test/unit/**/*.spec.ts',
            'packages/oci-registry/test/**/*.spec.ts',
          ],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'privileged',
          include: ['packages/runtime-native/test/privileged/**/*.spec.ts'],
          fileParallelism: false,
          // Emulated processors are many times slower.
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'support',
          include: ['tests/support/**/*.spec.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          // The first run downloads and packs the test images.
          hookTimeout: 300_000,
        },
      },
      // The OCI command line, by itself, beside runc, and under podman, buildah and containerd.
      {
        test: {
          name: 'runtime',
          include: ['tests/runtime/**/*.spec.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      // What containers see and may use: run on cgroup v1 and v2.
      { test: { name: 'kernel', include: ['tests/kernel/**/*.spec.ts'], ...SERVER } },
      { test: { name: 'api', include: ['tests/api/**/*.spec.ts'], ...SERVER } },
      // A hostile process, a hostile image, a hostile client: each attempt is made and must fail.
      { test: { name: 'security', include: ['tests/security/**/*.spec.ts'], ...SERVER } },
      { test: { name: 'crash', include: ['tests/crash/**/*.spec.ts'], ...SERVER } },
      { test: { name: 'e2e', include: ['tests/e2e/**/*.spec.ts'], ...SERVER } },
      { test: { name: 'bootstrap', include: ['tests/bootstrap/**/*.spec.ts'], fileParallelism: false, testTimeout: 60_000 } },
    ],
  },
});
