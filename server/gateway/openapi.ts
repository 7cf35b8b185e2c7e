/**
 * The OpenAPI 3.1 document of the HTTP API, derived from the route contracts: there is nothing in it that the server does
 * not validate by. JSON Schema comes from zod; OpenAPI 3.1 takes it as it is.
 */
import { type AnyRouteContract, nothing, type ProblemStatus, problemSchema } from '@nearkey/sdk/contract';
import { z } from 'zod';
import { linesType } from './bind-route.js';

export type JsonObject = { [name: string]: unknown };

export interface OpenApiOptions {
  readonly version: string;
  readonly routes: readonly AnyRouteContract[];
  readonly needsApiKey: boolean;
}

export function openApiDocument(options: OpenApiOptions): JsonObject {
  const paths: { [path: string]: JsonObject } = {};
  for (const route of options.routes) {
    const path = paths[route.path] ?? {};
    path[route.method] = operation(route);
    paths[route.path] = path;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Nearkey',
      version: options.version,
      description: 'The semantic cache of Nearkey. Clients of LangCache work unchanged.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
    security: options.needsApiKey ? [{ apiKey: [] }] : [],
  };
}

function operation(route: AnyRouteContract): JsonObject {
  const responses: JsonObject = {
    [route.success.status]: {
      description: route.success.description,
      ...(route.success.body === nothing ? {} : { content: replyContent(route) }),
    },
  };
  for (const status of route.problems) responses[status] = problemResponse(status);
  return {
    operationId: route.operationId,
    summary: route.summary,
    parameters: parameters(route),
    ...(route.body === nothing ? {} : { requestBody: { required: true, content: jsonContent(route.body, 'input') } }),
    responses,
  };
}

function replyContent({ success }: AnyRouteContract): JsonObject {
  if (success.isLines !== true) return jsonContent(success.body, 'output');
  return { [linesType]: { schema: jsonSchema(success.body, 'output') } };
}

function parameters({ params, path }: AnyRouteContract): JsonObject[] {
  const { properties } = z
    .object({ properties: z.record(z.string(), z.unknown()).default({}) })
    .parse(jsonSchema(params, 'input'));
  return Object.entries(properties).map(([name, schema]) => {
    const isInPath = path.includes(`{${name}}`);
    return { name, in: isInPath ? 'path' : 'query', required: isInPath, schema };
  });
}

function problemResponse(status: ProblemStatus): JsonObject {
  return { description: `A problem with status ${status}.`, content: jsonContent(problemSchema(status), 'output') };
}

function jsonContent(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  return { 'application/json': { schema: jsonSchema(schema, io) } };
}

/** Unknown members of a request are ignored, so its schema allows them; a reply has exactly the ones named. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
}
