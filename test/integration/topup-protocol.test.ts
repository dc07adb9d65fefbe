import { describe, expect, it } from 'vitest'
import { readAutoRecharge } from '../../db/auto-recharge.ts'
import { readTopup } from '../../db/topups.ts'
import { balanceOf } from '../support/ledger.ts'
import { type Payments, setupPayments, usd } from '../support/payments.ts'

const DAY_MS = 86_400_000

const topupOf = async ({ db }: Payments, id: string | null) =>
  id === null ? null : await readTopup(db, { account: 'acct_a', id })

describe('an automatic top-up', () => {
  it('charges the set amount once when the balance is below the threshold', async () => {
    const payments = await setupPayments()
    await payments.registerCard()
    await payments.move('9.99')

    const topup = await payments.recharge()

    expect(await topupOf(payments, topup)).toMatchObject({ status: 'succeeded', origin: 'auto' })
    expect(await balanceOf(payments.db)).toBe(usd('109.99'))
    expect(await payments.recharge()).toBeNull()
  })

  it('is not made at the threshold itself', async () => {
    const payments = await setupPayments()
    await payments.registerCard()
    await payments.move('10')

    expect(await payments.recharge()).toBeNull()
  })

  it('fails when its card is declined, is tried again later, and says so once', async () => {
    const payments = await setupPayments()
    await payments.registerCard('pm_card_declined_insufficient_funds')

    const topup = await payments.recharge()

    expect(await topupOf(payments, topup)).toMatchObject({ status: 'failed', reason: 'insufficient_funds' })
    const autoRecharge = await readAutoRecharge(payments.db, 'acct_a')
    expect(autoRecharge).toMatchObject({ declines: 1, nextTryAt: new Date('2026-03-03T12:00:00Z') })
    expect(await payments.recharge()).toBeNull()
    expect(await mailsOf(payments)).toEqual([{ template: 'recharge_failed', state: 'owed' }])
  })

  it('is paid by the backup card when another card can cure the refusal', async () => {
    const payments = await setupPayments()
    await payments.registerCard('pm_card_declined_expired_card')
    await payments.registerCard('pm_card_visa', { role: 'backup' })

    const topup = await payments.recharge()

    expect(await topupOf(payments, topup)).toMatchObject({ status: 'succeeded' })
    const attempts = await payments.db
      .selectFrom('topup_attempts')
      .select('status')
      .orderBy('number')
      .execute()
    expect(attempts).toEqual([{ status: 'declined' }, { status: 'succeeded' }])
  })

  it('whose answer was lost is unknown, and credited once when it is read', async () => {
    const payments = await setupPayments()
    await payments.registerCard()
    payments.stripe.faults.next('drop_answer', { method: 'POST', path: /\/confirm$/, times: 2 })

    const topup = await payments.recharge()

    expect(await topupOf(payments, topup)).toMatchObject({ status: 'unknown' })
    expect(await payments.recharge()).toBeNull()
    await payments.deliverEvents()
    await payments.deliverEvents()
    expect(await topupOf(payments, topup)).toMatchObject({ status: 'succeeded' })
    expect(await balanceOf(payments.db)).toBe(usd('100'))
  })

  it('goes on when the network gives an expired card another date', async () => {
    const payments = await setupPayments()
    const card = await payments.registerCard('pm_card_declined_expired_card')
    await payments.recharge()
    expect(await readAutoRecharge(payments.db, 'acct_a')).toMatchObject({ pausedReason: 'card_expired' })
    await payments.stripe.stories.behave(card, { kind: 'succeeds' })
    await payments.stripe.stories.updateCard(card, { exp_year: 2031 })
    await payments.deliverEvents()
    payments.clock.advance(DAY_MS)

    const topup = await payments.recharge()

    expect(await topupOf(payments, topup)).toMatchObject({ status: 'succeeded' })
  })
})

async function mailsOf({ db }: Payments) {
  return await db.selectFrom('mails').select(['template', 'state']).orderBy('created_at').execute()
}
