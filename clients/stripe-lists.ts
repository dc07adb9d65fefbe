import type { Stripe } from 'stripe'
import { type Answer, answerOf, mapAnswer } from './stripe-answer.ts'
import { EXPAND_PAYMENT, type Payment, toPayment } from './stripe-payment.ts'
import { type StripeDispute, type StripeRefund, toDispute, toRefund } from './stripe-return.ts'
import type { StripeEvent } from './stripe-webhook.ts'

const PAGE = 100

/** One page, newest first; `next` is null at the end, else the `after` of the page that goes on. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

export interface PageQuery {
  readonly createdFrom: Date
  readonly after: string | null
}

/** What Stripe has since an instant, page by page. Search is not used: its index lags behind. */
export interface StripeLists {
  listPayments(query: PageQuery): Promise<Answer<Page<Payment>>>
  listRefunds(query: PageQuery): Promise<Answer<Page<StripeRefund>>>
  listDisputes(query: PageQuery): Promise<Answer<Page<StripeDispute>>>
  /** Kept by Stripe for 30 days. */
  listEvents(query: PageQuery & { readonly types: readonly string[] }): Promise<Answer<Page<StripeEvent>>>
}

export function listsOf(stripe: Stripe, timeoutMs: number): StripeLists {
  const page = async <From extends { id: string }, To>(
    request: Promise<Stripe.ApiList<From>>,
    to: (item: From) => To,
  ): Promise<Answer<Page<To>>> =>
    mapAnswer(await answerOf(request, timeoutMs), ({ data, has_more }) => ({
      items: data.map(to),
      next: has_more ? (data.at(-1)?.id ?? null) : null,
    }))
  return {
    listPayments: (query) =>
      page(
        stripe.paymentIntents.list({
          ...parameters(query),
          expand: EXPAND_PAYMENT.map((field) => `data.${field}`),
        }),
        toPayment,
      ),
    listRefunds: (query) => page(stripe.refunds.list(parameters(query)), toRefund),
    listDisputes: (query) => page(stripe.disputes.list(parameters(query)), toDispute),
    listEvents: ({ types, ...query }) =>
      page(stripe.events.list({ ...parameters(query), types: [...types] }), ({ id, type, data }) => ({
        id,
        type,
        objectId: 'id' in data.object && typeof data.object.id === 'string' ? data.object.id : '',
      })),
  }
}

function parameters({ createdFrom, after }: PageQuery) {
  return {
    limit: PAGE,
    created: { gte: Math.floor(createdFrom.getTime() / 1_000) },
    ...(after === null ? {} : { starting_after: after }),
  }
}
