import type { Form } from './form.ts'
import type { Merchant } from './merchant.ts'

/** A request that passed the door, as an endpoint sees it. */
export interface Call {
  readonly merchant: Merchant
  /** The `:id` of the path; empty where it has none. */
  readonly id: string
  readonly params: Form
}

/** One endpoint. It works at once, start to end, and returns the object that is answered or throws a StripeRefusal. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** With `:id` for one part. */
  readonly path: string
  /** Other parameters are refused; `expand` is known to all. */
  readonly params: readonly string[]
  /** Whether a browser may call it, with the publishable key and the object's client secret. */
  readonly fromBrowser?: true
  readonly run: (call: Call) => object
}

export const PAGING = ['created', 'ending_before', 'limit', 'starting_after'] as const
