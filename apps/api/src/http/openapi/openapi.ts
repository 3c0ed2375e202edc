import { API_PREFIX, apiError } from '@keelson/contracts';
import { Injectable } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';

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
  return withErrors(SwaggerModule.createDocument(app, config, { operationIdFactory: operationId }));
}

/** Every route may refuse, and all refuse in one form. */
function withErrors(document: OpenAPIObject): OpenAPIObject {
  const schema: object = z.toJSONSchema(apiError, { target: 'openapi-3.0' });
  const error = { description: 'Why not, in a form that scripts can branch on', content: { 'application/json': { schema } } };
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.put, path.patch, path.delete]) {
      if (operation) operation.responses['default'] = { $ref: '#/components/responses/Error' };
    }
  }
  return { ...document, components: { ...document.components, responses: { Error: error } } };
}

/** `ContainersController.start` → `containersStart`: unique, and what a generated client would call it. */
function operationId(controller: string, method: string): string {
  const area = controller.replace(/Controller$/, '');
  return `${area.charAt(0).toLowerCase()}${area.slice(1)}${method.charAt(0).toUpperCase()}${method.slice(1)}`;
}
