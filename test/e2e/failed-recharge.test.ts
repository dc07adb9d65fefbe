import { describe, expect, it } from 'vitest'
import { accountOf } from './support/account.ts'
import { browserOfFile } from './support/visit.ts'

/** Its card is declined for want of money. */
const ACCOUNT = 'bluebird-dental'
const { call, report } = accountOf(ACCOUNT)
const { visit } = browserOfFile()

describe('a recharge that failed', { timeout: 180_000 }, () => {
  it('is first on the page with its reason, until a new card puts it right', async () => {
    const hour = { item: 'phone_call', kind: 'outbound', from: '+13125550163', durationMs: 3_600_000 }
    await report([{ ...hour, to: '+442079460958' }])
    await expect
      .poll(() => call('/topups?limit=1'), { timeout: 60_000 })
      .toMatchObject({ topups: [{ status: 'failed' }] })
    const page = await visit({ account: ACCOUNT })
    const attention = page.getByRole('list', { name: 'What needs your attention' })
    await attention.getByText('There was not enough money on the card.').waitFor()
    await attention.getByRole('button').first().click()
    await page.getByRole('link', { name: 'Payments' }).click()
    await page.getByRole('button', { name: 'Register another card' }).click()
    await page.getByLabel('Test card').selectOption('5555555555554444')
    await page.getByRole('button', { name: 'Save this card' }).click()
    await attention.getByText('There was not enough money on the card.').waitFor({ state: 'detached' })
    await page.getByText('Charged to Mastercard ending in 4444').waitFor()
    await expect
      .poll(() => call('/topups?limit=1'), { timeout: 60_000 })
      .toMatchObject({ topups: [{ status: 'succeeded', origin: 'auto' }] })
  })
})
