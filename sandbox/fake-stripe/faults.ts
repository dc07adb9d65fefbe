import { type LoggedRequest, matches, type RequestMatch } from './request-log.ts'

/**
 * What can go wrong with one request. `refuse_…`, `lock_timeout`, `drop_request` and `…_before` execute nothing, and
 * leave nothing under the key but `error_500_before` its error. `hang_before` executes when it is released, even if
 * nobody waits any more, and holds the key until then. All others execute the request and keep its answer under the key
 * (`error_500_after` keeps its error instead), and then spoil what is sent.
 */
export type Fault =
  | 'cut_body'
  | 'drop_answer'
  | 'drop_request'
  | 'error_500_after'
  | 'error_500_before'
  | 'hang_after'
  | 'hang_before'
  | 'html_502_after'
  | 'html_502_before'
  | 'lock_timeout'
  | 'refuse_401'
  | 'refuse_403'
  | 'refuse_409'
  | 'refuse_429'
  | 'stall_body'

export interface FaultOrder extends RequestMatch {
  /** 1 when not given; Infinity until cancelled. */
  readonly times?: number
}

export interface OrderedFault {
  /** Lets the requests that hang go on. */
  release(): void
  /** No further request is spoilt. */
  cancel(): void
  /** How many requests it has spoilt. */
  readonly taken: number
}

export interface Faults {
  /** Spoils the next matching requests. Faults are taken in the order in which they were ordered. */
  next(fault: Fault, order?: FaultOrder): OrderedFault
  clear(): void
}

export interface TakenFault {
  readonly fault: Fault
  /** Resolves when the test lets the request go on. */
  readonly released: Promise<void>
}

export interface FaultQueue extends Faults {
  /** The fault that this request is to suffer. */
  take(request: LoggedRequest): TakenFault | undefined
}

export function createFaults(): FaultQueue {
  const waiting: Pending[] = []
  return {
    next(fault, { times = 1, ...match } = {}) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const pending: Pending = { fault, match, left: times, taken: 0, released: promise }
      waiting.push(pending)
      return {
        release: resolve,
        cancel: () => {
          pending.left = 0
        },
        get taken() {
          return pending.taken
        },
      }
    },
    clear() {
      for (const pending of waiting) pending.left = 0
    },
    take(request) {
      const pending = waiting.find(({ left, match }) => left > 0 && matches(request, match))
      if (!pending) return undefined
      pending.left -= 1
      pending.taken += 1
      return { fault: pending.fault, released: pending.released }
    },
  }
}

interface Pending {
  readonly fault: Fault
  readonly match: RequestMatch
  readonly released: Promise<void>
  left: number
  taken: number
}
