import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { accountOf } from './support/account.ts'
import { browserOfFile } from './support/visit.ts'

const ACCOUNT = 'harbor-realty'
const { call } = accountOf(ACCOUNT)
const { visit } = browserOfFile()

const SETTINGS = {
  enabled: true,
  amount: '60',
  threshold: '10',
  emails: ['billing@harbor-realty.example'],
}

async function openSettings(
  visitor: { role?: 'viewer'; size?: 'phone'; expects?: string[] } = {},
): Promise<Page> {
  await call('/recharge-settings', { method: 'PUT', body: SETTINGS })
  const page = await visit({ account: ACCOUNT, ...visitor })
  await page.getByRole('link', { name: 'Payments' }).click()
  await page.getByLabel('Recharge amount').waitFor()
  return page
}

const update = (page: Page) => page.getByRole('button', { name: 'Update' })

describe('the settings of auto-recharge', { timeout: 120_000 }, () => {
  it.each([
    ['Recharge amount', '50', 'Must be greater than $50.'],
    ['Recharge when balance is below', '9.99', 'Must be $10 or more.'],
    ['Recharge failure email', 'owner@', 'Must be an e-mail address'],
    ['Recharge failure email', '', 'Must name at least one address while auto-recharge is on.'],
  ])('refuse in "%s": "%s", as it is typed', async (label, typed, rule) => {
    const page = await openSettings()
    await page.getByLabel(label).fill(typed)
    await page.getByText(rule).waitFor()
    expect(await update(page).isDisabled()).toBe(true)
  })

  it.each([{}, { size: 'phone' }] as const)(
    'are saved by Update, and say what they would have done %j',
    async (size) => {
      const page = await openSettings(size)
      await page.getByLabel('Recharge amount').fill('75.50')
      await page.getByLabel('Recharge when balance is below').fill('20')
      await page.getByText('In the last 30 days these settings would have').waitFor()
      await update(page).click()
      await page.getByText('Saved. These settings are in force now.').waitFor()
      expect(await call('/recharge-settings')).toMatchObject({ amount: '75.500000', threshold: '20.000000' })
    },
  )

  it('are not written over what somebody else saved meanwhile', async () => {
    const page = await openSettings({ expects: ['status of 412'] })
    await page.getByLabel('Recharge amount').fill('80')
    await call('/recharge-settings', { method: 'PUT', body: { ...SETTINGS, amount: '90' } })
    await update(page).click()
    await page.getByText('What you typed was not saved.').waitFor()
    await page.getByText('npm-start-demo').first().waitFor()
    await page.getByRole('button', { name: 'Show the settings as they are now' }).click()
    await expect
      .poll(() => page.getByLabel('Recharge amount').inputValue(), { timeout: 20_000 })
      .toBe('90.00')
  })

  it('are seen by a viewer, and not changed', async () => {
    const page = await openSettings({ role: 'viewer' })
    await page.getByText('To change these settings, ask a manager of this account.').waitFor()
    expect(await page.getByLabel('Recharge amount').isDisabled()).toBe(true)
    expect(await update(page).isDisabled()).toBe(true)
  })
})
