import type { StripeClient } from '../../clients/stripe.ts'
import { connect } from '../../db/connect.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import { interceptStatements } from './intercept-statements.ts'
import type { PaymentFaults } from './payments-faults.ts'

/**
 * Does work that dies at its n-th point, the first being 1: before each statement, before each request to Stripe, and after
 * each answer. From there on it reaches neither Postgres nor Stripe, and Postgres sees its connections end. Returns how
 * many points it came to; that is all of them when it has fewer than n.
 */
export async function crashAt(
  { database, deps }: Pick<PaymentFaults, 'database' | 'deps'>,
  point: number,
  work: (deps: PaymentDeps) => Promise<unknown>,
): Promise<number> {
  const db = connect({ url: database.url, poolMax: 1, onError: () => undefined }) // it is cut off on purpose
  let points = 0
  const reach = () => {
    if (points < point) points += 1
    if (points === point) throw new Error('crashed')
  }
  try {
    using _ = interceptStatements((text) => {
      reach()
      return text
    })
    await work({ ...deps, db, stripe: crashing(deps.stripe, reach) })
  } catch (error) {
    if (points < point) throw error
  }
  await db.destroy()
  return points
}

function crashing(stripe: StripeClient, reach: () => void): StripeClient {
  return new Proxy(stripe, {
    get: (target, name) => {
      const ask: unknown = Reflect.get(target, name)
      if (typeof ask !== 'function') return ask
      return async (...parameters: unknown[]) => {
        reach()
        const answer: unknown = await Reflect.apply(ask, target, parameters)
        reach()
        return answer
      }
    },
  })
}
