import type { Form } from './form.ts'
import { integer, part, text } from './params.ts'
import { badParam, noSuch } from './stripe-refusal.ts'

interface Listed {
  readonly id: string
  readonly object: string
  readonly created: number
}

/** One page of a list, newest first, by `limit` (1 to 100, else 10), `starting_after`, `ending_before` and `created`. */
export function listPage<Item extends Listed>(
  items: Iterable<Item>,
  { params, url }: { params: Form; url: string },
) {
  const isWanted = createdFilter(params)
  const wanted = [...items].filter(isWanted).reverse()
  const limit = integer(params, 'limit') ?? 10
  if (limit < 1 || limit > 100) throw badParam('limit', 'Invalid limit: must be between 1 and 100')

  const before = text(params, 'ending_before')
  if (before !== undefined) {
    const newer = wanted.slice(0, positionOf(wanted, before, 'ending_before'))
    return { object: 'list', url, has_more: newer.length > limit, data: newer.slice(-limit) } as const
  }
  const after = text(params, 'starting_after')
  const start = after === undefined ? 0 : positionOf(wanted, after, 'starting_after') + 1
  const data = wanted.slice(start, start + limit)
  return { object: 'list', url, has_more: wanted.length > start + limit, data } as const
}

function positionOf(items: readonly Listed[], id: string, param: string): number {
  const position = items.findIndex((item) => item.id === id)
  if (position === -1) throw noSuch(items[0]?.object ?? 'object', id, param)
  return position
}

/** `created=1700000000` or `created[gte]=…`, in seconds. */
function createdFilter(params: Form): (item: Listed) => boolean {
  if (params['created'] === undefined) return () => true
  if (typeof params['created'] === 'string') {
    const exact = integer(params, 'created')
    return ({ created }) => created === exact
  }
  const range = part(params, 'created') ?? {}
  const bound = (name: string, otherwise: number) => integer(range, name) ?? otherwise
  const from = Math.max(bound('gte', -Infinity), bound('gt', -Infinity) + 1)
  const until = Math.min(bound('lte', Infinity), bound('lt', Infinity) - 1)
  return ({ created }) => created >= from && created <= until
}
