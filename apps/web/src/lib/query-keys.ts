/** Names of cached answers. In one place, because live events make answers of other features stale. */
export const queryKeys = {
  session: ['session'],
  system: ['system'],
  images: ['images'],
  image: (reference: string) => ['images', reference],
  containers: ['containers'],
  cdiDevices: ['cdi-devices'],
  container: (id: string) => ['containers', id],
  deaths: (id: string) => ['containers', id, 'deaths'],
  stats: (id: string, range: string) => ['stats', id, range],
} as const;
