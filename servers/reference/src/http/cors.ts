import type { RequestHandler } from 'express';

const exposedHeaders =
  'Allow, Idempotent-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Idempotent-Replayed, X-Request-Id';

const preflightHeaders = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'Access-Control-Allow-Headers':
    'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-API-Key, X-Request-Id',
  'Access-Control-Max-Age': '7200',
};

/**
 * Lets pages of these origins call the server. Nothing depends on cookies, so a page can do no more than its API key
 * allows.
 */
export function allowOrigins(origins: readonly string[], newToken: () => string): RequestHandler {
  const allowsAll = origins.includes('*');
  return (request, response, next) => {
    const { origin } = request.headers;
    if (!allowsAll) response.setHeader('Vary', 'Origin');
    if (origin === undefined || !(allowsAll || origins.includes(origin))) return next();
    response.setHeader('Access-Control-Allow-Origin', allowsAll ? '*' : origin);
    response.setHeader('Access-Control-Expose-Headers', exposedHeaders);
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight) return next();
    response.writeHead(204, { ...preflightHeaders, 'X-Request-Id': newToken() }).end();
  };
}
