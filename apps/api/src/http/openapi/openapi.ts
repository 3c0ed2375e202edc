import { API_PREFIX } from '@keelson/contracts';
import { Injectable } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

const DOCS_PATH = '/api/docs';
const DESCRIPTION =
  'Containers, images and what flows from them. Streams are NDJSON, and live ones are WebSockets as well. Every error is `{code, message, details}`; docs/error-model.md lists the codes.';

/** The description of the REST door, made from the schemas by which it checks its input. */
@Injectable()
export class OpenApi {
  private read: (() => OpenAPIObject) | undefined;

  /** Serves the readable page, which loads the document with the reader's own session, and makes the document available. */
  serve(app: NestExpressApplication, version: string): void {
    let made: OpenAPIObject | undefined;
    // Made when first asked for: most starts never are.
    this.read = () => {
      made ??= createDocument(app, version);
      return made;
    };
    SwaggerModule.setup(DOCS_PATH, app, this.read, {
      customSiteTitle: 'Keelson API',
      raw: false,
      swaggerUrl: `${API_PREFIX}/openapi.json`,
    });
  }

  document(): OpenAPIObject {
    if (!this.read) throw new Error('the document is asked for before the application serves it');
    return this.read();
  }
}

function createDocument(app: NestExpressApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Keelson')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .addBearerAuth()
    .addCookieAuth('keelson_session')
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('cookie')
    .build();
  return SwaggerModule.createDocument(app, config, { operationIdFactory: operationId });
}

/** `ContainersController.start` → `containersStart`: unique, and what a generated client would call it. */
function operationId(controller: string, method: string): string {
  const area = controller.replace(/Controller$/, '');
  return `${area.charAt(0).toLowerCase()}${area.slice(1)}${method.charAt(0).toUpperCase()}${method.slice(1)}`;
}
