import { z } from 'zod'
import type { Answers, Content, Route } from './route.ts'

/** The OpenAPI document of some routes, made from what each says of itself. */
export function openApiDocument(routes: readonly Route[]) {
  const byAddress = Map.groupBy(routes, ({ path }) => path.replaceAll(/:(\w+)/g, '{$1}'))
  const paths = [...byAddress].map(([address, ofAddress]) => [
    address,
    Object.fromEntries(ofAddress.map((route) => [route.method.toLowerCase(), operation(route)])),
  ])
  return {
    openapi: '3.1.0',
    info: { title: 'Ringledger', version: '1' },
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { serviceKey: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: jsonSchema(problemSchema) },
    },
  }
}

const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string(),
    field: z.string().optional(),
    rule: z.string().optional(),
    faults: z.array(z.object({ field: z.string(), rule: z.string() })).optional(),
  })
  .describe('RFC 9457')

function operation({ path, method, summary, scope, query, body, headers, answers, otherwise }: Route) {
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/\W+(\w?)/g, (_match, letter: string) => letter.toUpperCase())}`,
    summary,
    // Scopes of a bearer key: a reader's help, which OpenAPI allows since 3.1.
    security: scope === null ? [] : [{ serviceKey: [scope] }],
    parameters: [...pathParameters(path), ...queryParameters(query), ...headerParameters(headers)],
    ...(body && { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      ...responseOf(answers),
      ...(otherwise && responseOf(otherwise)),
      default: { description: 'A problem', content: problem },
    },
  }
}

function responseOf({ status, content }: Answers) {
  return { [status]: { description: 'All is well', content: contentOf(content) } }
}

function headerParameters(headers: Route['headers'] = []) {
  return headers.map(({ name, isRequired, summary }) => ({
    name,
    in: 'header',
    required: isRequired,
    description: summary,
    schema: { type: 'string' },
  }))
}

function pathParameters(path: string) {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters(query: z.ZodType) {
  const { properties = {}, required = [] } = jsonSchema(query)
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

function contentOf(content: Content) {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, schema]) => [mediaType, { schema: jsonSchema(schema) }]),
  )
}

/** What a client sends or gets, before it is read. */
function jsonSchema(schema: z.ZodType) {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}
