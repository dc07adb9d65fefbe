import { z } from 'zod'
import { openApiDocument } from '../openapi.ts'
import { defineRoute, type Route } from '../route.ts'

/** The OpenAPI document of these routes and of itself. */
export function openapi(others: readonly Route[]): Route {
  const self: Route = defineRoute({
    method: 'GET',
    path: '/v1/openapi.json',
    scope: null,
    summary: 'This document',
    query: z.strictObject({}),
    answers: { status: 200, content: { 'application/json': z.looseObject({}) } },
    handle: () => Promise.resolve(document),
  })
  const document = openApiDocument([...others, self])
  return self
}
