import type { NextConfig } from 'next';

const API = 'http://127.0.0.1:7070';

const common: NextConfig = {
  // `npm run check` runs the same compiler over the same files.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  devIndicators: false,
};

/** `next dev` has no API of its own; a static export refuses rewrites. */
const development: NextConfig = {
  ...common,
  rewrites: async () => [{ source: '/api/:path*', destination: `${API}/api/:path*` }],
};

export default process.env['NODE_ENV'] === 'development' ? development : { ...common, output: 'export' };
