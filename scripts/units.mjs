// The TypeScript projects of the workspace, in the order of their imports.

/** Built by Next, checked like the others. */
export const WEB = 'apps/web';

export const UNITS = ['packages/contracts', 'packages/oci-registry', 'packages/runtime-native', 'apps/api', WEB];
