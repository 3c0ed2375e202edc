import type { Config } from '../../config/config.js';
import type { RegistrySettings } from './registry-clients.js';

/** The proxy variables have names that all programs share; they are read here because they are no settings of ours. */
export function registrySettings(config: Config, env: NodeJS.ProcessEnv): RegistrySettings {
  return {
    version: config.version,
    mirrors: config.registryMirror === null ? [] : [config.registryMirror],
    insecureRegistries: config.insecureRegistries,
    proxy: {
      httpProxy: env['HTTP_PROXY'] ?? env['http_proxy'],
      httpsProxy: env['HTTPS_PROXY'] ?? env['https_proxy'],
      noProxy: env['NO_PROXY'] ?? env['no_proxy'],
    },
  };
}
