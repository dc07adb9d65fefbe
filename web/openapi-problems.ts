import { z } from 'zod'
import { PROBLEM_MEDIA_TYPE, type ProblemKind, problemInfo } from './problem.ts'
import type { Route } from './route.ts'

export const problemSchema = z
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

const PROBLEM = { $ref: '#/components/schemas/Problem' }

/** The problems that a call may answer with, by their status. */
export function problemResponses(route: Route) {
  const usual = kindsOf(route).map((kind) => [kind, problemInfo(kind).status] as const)
  const own = (route.problems ?? []).map((one) =>
    typeof one === 'string' ? ([one, problemInfo(one).status] as const) : one,
  )
  const byStatus = Map.groupBy([...usual, ...own], ([, status]) => status)
  return {
    ...Object.fromEntries(
      [...byStatus].map(([status, found]) => [status, responseOf([...new Set(found.map(([kind]) => kind))])]),
    ),
    default: { description: 'A problem', content: { [PROBLEM_MEDIA_TYPE]: { schema: PROBLEM } } },
  }
}

function responseOf(kinds: readonly ProblemKind[]) {
  const types = kinds.map((kind) => `/problems/${kind}`)
  const schema = { allOf: [PROBLEM, { type: 'object', properties: { type: { enum: types } } }] }
  return {
    description: kinds.map((kind) => problemInfo(kind).title).join('; or: '),
    content: { [PROBLEM_MEDIA_TYPE]: { schema } },
  }
}

/** Those that its kind brings with it. */
function kindsOf(route: Route): ProblemKind[] {
  const { scope, customers, path, body, headers = [], method, idempotency, rateLimit } = route
  const has: readonly (readonly [boolean, readonly ProblemKind[]])[] = [
    [true, ['bad-request', 'invalid-value']],
    [body !== undefined, ['malformed-body', 'too-large', 'unsupported-media-type']],
    [scope !== null || customers !== undefined, ['unauthorized', 'not-allowed']],
    [scope !== null, ['missing-scope']],
    [customers !== undefined && method !== 'GET', ['csrf']],
    [path.includes(':account'), ['unknown-account']],
    [headers.some(({ name }) => name === 'If-Match'), ['changed-meanwhile']],
    [idempotency !== undefined, ['request-in-progress', 'idempotency-key-reused']],
    [rateLimit !== 'none', ['too-many-requests']],
    [true, ['internal-error', 'unavailable']],
  ]
  return has.flatMap(([isSo, kinds]) => (isSo ? kinds : []))
}
