import { API_PREFIX } from '@keelson/contracts';
import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { ErrorFilter } from './http/middleware/error.filter.js';
import { HostNames } from './http/middleware/host-names.js';
import { InputPipe } from './http/middleware/input.pipe.js';
import { secureHeaders } from './http/middleware/secure-headers.js';
import { OpenApi } from './http/openapi/openapi.js';
import { site } from './http/site/site.js';

/** JSON bodies; uploads are streams and have bounds of their own. */
const JSON_LIMIT = '4mb';

/** Nest prints what ends a start before it throws it; whoever catches it prints it in our words. */
class StartLogger extends ConsoleLogger {
  override error(message: unknown, ...rest: unknown[]): void {
    if (rest.at(-1) !== 'ExceptionHandler') super.error(message, ...rest);
  }
}

/** The application with its doors' middleware, initialised but not listening. */
export async function createApp(config: Config): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config), {
    abortOnError: false,
    bodyParser: false,
    logger: new StartLogger({ logLevels: ['error', 'warn'] }),
  });
  app.disable('x-powered-by');
  app.setGlobalPrefix(API_PREFIX, { exclude: ['healthz', 'metrics'] });
  app.use(secureHeaders, app.get(HostNames).middleware());
  app.use(site());
  app.useBodyParser('json', { limit: JSON_LIMIT, strict: false });
  app.useGlobalPipes(new InputPipe());
  app.useGlobalFilters(new ErrorFilter());
  app.get(OpenApi).serve(app, config.version);
  return app;
}
