import { expect, it } from 'vitest'
import { classifyDecline } from '../../billing/decline.ts'
import { DECLINE_CODES } from '../../billing/decline-codes.ts'
import { declineOf } from '../support/declines.ts'
import { openManyAccounts } from '../support/payments-accounts.ts'
import { DAY_MS, expectAtRest, setupPaymentFaults } from '../support/payments-faults.ts'

const CODES = [...DECLINE_CODES.keys(), 'never_seen_before']
const TIMEOUT_MS = 180_000

/** A balance that stays low asks for a recharge whenever one is allowed. */
it(
  'sixty days of every decline code are five spaced tries where time may cure it, else one, and each is told once',
  async () => {
    const payments = await setupPaymentFaults()
    const { db, stripe } = payments
    const accounts = await openManyAccounts(payments, CODES.length)
    const cards = await db.selectFrom('cards').select(['account_id', 'id']).execute()
    for (const { account_id, id } of cards) {
      const declineCode = CODES[accounts.indexOf(account_id)] ?? 'none'
      await stripe.stories.behave(id, { kind: 'declines', decline: { declineCode } })
    }

    await payments.pass(60 * DAY_MS)

    const tries = await db
      .selectFrom('topup_attempts')
      .select(({ fn }) => ['account_id', fn.countAll<string>().as('tries')])
      .groupBy('account_id')
      .execute()
    const triesOf = new Map(tries.map((row) => [row.account_id, Number(row.tries)]))
    const seen = CODES.map((code, n) => ({ code, tries: triesOf.get(`acct_${n}`) }))
    expect(seen).toEqual(CODES.map((code) => ({ code, tries: mayCureItself(code) ? 5 : 1 })))
    const sent = stripe.requests.filter(({ path }) => path.endsWith('/confirm'))
    expect(sent, 'charges that Stripe saw').toHaveLength(
      seen.reduce((total, one) => total + (one.tries ?? 0), 0),
    )
    expect(payments.captures()).toBe(0)
    await expectAtRest(payments)
  },
  TIMEOUT_MS,
)

function mayCureItself(declineCode: string): boolean {
  const { class: declineClass } = classifyDecline(declineOf({ declineCode }))
  return declineClass === 'retry_later' || declineClass === 'duplicate'
}
