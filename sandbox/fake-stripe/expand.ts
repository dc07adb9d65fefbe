import type { State } from './stripe-objects.ts'
import { StripeRefusal } from './stripe-refusal.ts'

const DEPTH_MAX = 4

/** A copy of an answer in which the ids at these paths (`latest_charge`, `data.customer`) are replaced by their objects. */
export function expanded(state: State, answer: object, paths: readonly string[]): object {
  const copy = structuredClone(answer)
  for (const path of paths) {
    const names = path.split('.')
    if (names.length > DEPTH_MAX) {
      throw badPath(`You cannot expand more than ${DEPTH_MAX} levels of a property (${path}).`)
    }
    expandAt(state, copy, names, path)
  }
  return copy
}

function expandAt(state: State, holder: unknown, names: readonly string[], path: string): void {
  const [name, ...rest] = names
  if (name === undefined || typeof holder !== 'object' || holder === null) return
  if (Array.isArray(holder)) {
    for (const item of holder) expandAt(state, item, names, path)
    return
  }
  const value: unknown = Reflect.get(holder, name)
  if (value === undefined) {
    throw badPath(`This property cannot be expanded (${path}).`)
  }
  if (typeof value === 'string') Reflect.set(holder, name, structuredClone(objectById(state, value, path)))
  expandAt(state, Reflect.get(holder, name), rest, path)
}

function objectById(state: State, id: string, path: string): object {
  const kinds = [
    state.charges,
    state.customers,
    state.paymentMethods,
    state.paymentIntents,
    state.balanceTransactions,
    state.refunds,
    state.setupIntents,
    state.disputes,
  ]
  for (const objects of kinds) {
    const found = objects.get(id)
    if (found) return found
  }
  throw badPath(`This property cannot be expanded (${path}).`)
}

/** Kept under the idempotency key, for the request itself was executed. */
function badPath(message: string): StripeRefusal {
  return new StripeRefusal(
    400,
    { type: 'invalid_request_error', message, param: 'expand' },
    { reachedEndpoint: true },
  )
}
