import { cacheRoutes } from '@nearkey/sdk/contract';
import { openApiDocument } from '#server/gateway/openapi.js';

const routes = Object.values(cacheRoutes({ promptCharsMax: 777, responseCharsMax: 888 }));
const document = JSON.parse(JSON.stringify(openApiDocument({ version: '1.2.3', routes, needsApiKey: true })));

describe('openApiDocument', () => {
  test('describes every route', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info.version).toBe('1.2.3');
    for (const { path, method, operationId } of routes) {
      expect(document.paths[path][method].operationId).toBe(operationId);
    }
    const described = Object.values(document.paths).flatMap((path) => Object.keys(path ?? {}));
    expect(described).toHaveLength(routes.length);
  });

  test('says what a request must look like', () => {
    const { post } = document.paths['/v1/caches/{cacheId}/entries/search'];
    expect(post.parameters).toEqual([
      { name: 'cacheId', in: 'path', required: true, schema: expect.objectContaining({ type: 'string' }) },
    ]);
    const { schema } = post.requestBody.content['application/json'];
    expect(schema.required).toEqual(['prompt']);
    expect(schema.properties.prompt).toMatchObject({ type: 'string', minLength: 1, maxLength: 777 });
    expect(schema.properties.similarityThreshold).toMatchObject({ minimum: 0, maximum: 1 });
    expect(schema.properties.searchStrategies.items.enum).toEqual(['exact', 'semantic']);
  });

  test('names the problems with their types, and leaves out bodies that do not exist', () => {
    const { delete: operation } = document.paths['/v1/caches/{cacheId}/entries/{entryId}'];
    expect(operation).not.toHaveProperty('requestBody');
    expect(operation.responses['204']).toEqual({ description: expect.any(String) });
    expect(operation.responses['400'].content['application/json'].schema.properties.type.enum).toEqual([
      '/errors/invalid-data',
    ]);
  });

  test('asks for the key when there is one', () => {
    expect(document.security).toEqual([{ apiKey: [] }]);
    expect(openApiDocument({ version: '1', routes: [], needsApiKey: false })).toMatchObject({
      security: [],
      paths: {},
    });
  });
});
