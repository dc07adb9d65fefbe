import { z } from 'zod'
import { CSRF_TOKEN } from './csrf.ts'
import { problemResponses, problemSchema } from './openapi-problems.ts'
import { IDEMPOTENCY_KEY } from './request-headers.ts'
import type { Answers, Content, HeaderParameter, Route } from './route.ts'

/** The OpenAPI document of some routes, made from what each says of itself. */
export function openApiDocument(routes: readonly Route[]) {
  const byAddress = Map.groupBy(routes, ({ path }) => path.replaceAll(/:(\w+)/g, '{$1}'))
  const paths = [...byAddress].map(([address, ofAddress]) => [
    address,
    Object.fromEntries(ofAddress.map((route) => [route.method.toLowerCase(), operation(route)])),
  ])
  return {
    openapi: '3.1.0',
    info: { title: 'Ringledger', version: '1', description: ABOUT },
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        serviceKey: { type: 'http', scheme: 'bearer', description: 'A service key, with scopes.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'ringledger_session',
          description: "A customer's session on the billing page, for their own account alone.",
        },
      },
      schemas: { Problem: jsonSchema(problemSchema) },
    },
  }
}

const ABOUT =
  'Prepaid telephony billing. Money is a decimal string of dollars with six places; times are ISO 8601 instants. Every error ' +
  'is a problem document (RFC 9457) whose `type` says what went wrong.'

/** What a call is about: the word after the account, or after the version. */
function tagOf({ path }: Route): string {
  const [, first = '', second = '', , fourth = ''] = path.split('/')
  if (first !== 'v1') return TAGS[first] ?? 'operations'
  if (second === 'accounts') return fourth
  return TAGS[second] ?? second
}

const TAGS: Readonly<Record<string, string>> = {
  webhooks: 'webhooks',
  billing: 'billing page',
  fix: 'billing page',
  session: 'billing page',
  docs: 'documentation',
  'openapi.json': 'documentation',
}

function operation(route: Route) {
  const { path, summary, description, query, body, answers, otherwise } = route
  return {
    operationId: operationIdOf(route),
    tags: [tagOf(route)],
    summary,
    ...(description === undefined ? {} : { description }),
    security: securityOf(route),
    parameters: [...pathParameters(path), ...queryParameters(query), ...headersOf(route).map(header)],
    ...(body && { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      ...responseOf(answers),
      ...(otherwise && responseOf(otherwise)),
      ...problemResponses(route),
    },
  }
}

function operationIdOf({ method, path }: Route): string {
  const words = path.replace(/\/$/, '/index').split(/\W+/)
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** One of these is enough. Scopes of a bearer key are a reader's help, which OpenAPI allows since 3.1. */
function securityOf({ scope, customers }: Route) {
  return [...(scope === null ? [] : [{ serviceKey: [scope] }]), ...(customers ? [{ session: [] }] : [])]
}

function responseOf({ status, content }: Answers) {
  const description = status === 303 ? 'Elsewhere' : 'All is well'
  return { [status]: { description, content: contentOf(content) } }
}

/** Those that it names itself, and those that its kind brings with it. */
function headersOf({ headers = [], idempotency, customers, method }: Route): HeaderParameter[] {
  return [
    ...headers,
    ...(idempotency ? [{ ...IDEMPOTENCY_KEY, isRequired: idempotency === 'required' }] : []),
    ...(customers && method !== 'GET' ? [CSRF_TOKEN] : []),
  ]
}

function header({ name, isRequired, summary }: HeaderParameter) {
  return { name, in: 'header', required: isRequired, description: summary, schema: { type: 'string' } }
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
