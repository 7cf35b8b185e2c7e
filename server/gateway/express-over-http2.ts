/**
 * An Express application as a listener of HTTP/2. Express gives every request and response prototypes made from those of
 * HTTP/1.1; here it is handed a view of the application in which they are made from those of HTTP/2, with the same methods, so one
 * application serves both.
 *
 * What handlers ask of HTTP/1.1 headers and HTTP/2 says otherwise is filled in: the host, and that there is a body (middleware looks for its
 * length or for `transfer-encoding`, and HTTP/2 has neither of need).
 */
import { constants, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import express, { type Express } from 'express';

export type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

export function expressOverHttp2(app: Express): Http2Listener {
  const view: object = Object.create(app, {
    request: { value: prototypeOf(Http2ServerRequest.prototype, express.request, app, {}) },
    response: {
      value: prototypeOf(Http2ServerResponse.prototype, express.response, app, { writableFinished, destroy }),
    },
  });
  const handle: unknown = Reflect.get(app, 'handle');
  if (typeof handle !== 'function') throw new Error('this version of Express has no handle()');
  return (request, response) => {
    const { headers, stream } = request;
    headers.host ??= request.authority;
    const isBodyAnnounced = headers['content-length'] !== undefined;
    if (!isBodyAnnounced && !stream.endAfterHeaders) headers['transfer-encoding'] = 'chunked';
    Reflect.apply(handle, view, [request, response]);
  };
}

/** Node finishes the stream of a client that is gone; here, as with HTTP/1.1, finished is only what a handler ended. */
const writableFinished: PropertyDescriptor = {
  get(this: Http2ServerResponse): boolean {
    return this.writableEnded && this.stream.writableFinished;
  },
};

/** What is broken off is reset with an error: Node would reset it with none, and a client take it for whole. */
const destroy: PropertyDescriptor = {
  value(this: Http2ServerResponse): Http2ServerResponse {
    this.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    return this;
  },
};

function prototypeOf(base: object, methods: object, app: Express, more: PropertyDescriptorMap): object {
  return Object.create(base, {
    ...Object.getOwnPropertyDescriptors(methods),
    ...more,
    app: { configurable: true, enumerable: true, writable: true, value: app },
  });
}
