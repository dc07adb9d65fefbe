import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { accountOf, tellStripe } from './support/account.ts'
import { browserOfFile } from './support/visit.ts'

const ACCOUNT = 'sunrise-solar'
const { call } = accountOf(ACCOUNT)
const { visit } = browserOfFile()

async function cardDoes(behaviour: string): Promise<void> {
  const { id } = await call<{ id: string }>('/card')
  await tellStripe('behave', { id, behaviour })
}

/** How many payments of an amount were made; each test pays an amount of its own. */
async function paymentsOf(amount: string): Promise<number> {
  const { topups } = await call<{ topups: { amount: string; status: string }[] }>('/topups?limit=100')
  return topups.filter((topup) => topup.amount === `${amount}.000000` && topup.status === 'succeeded').length
}

async function fillIn(page: Page, amount: string): Promise<void> {
  const field = page.getByLabel('Amount', { exact: true })
  await field.fill(amount)
  await page.getByText('Charged to Visa ending in 4242').waitFor()
}

const payButton = (page: Page) => page.getByRole('button', { name: /^Pay \$/ })
const receipt = (page: Page, amount: string) =>
  page.getByTestId('receipt').getByText(`$${amount}.00 of credit added`)

beforeEach(() => cardDoes('succeeds'))

describe('Pay now', { timeout: 120_000 }, () => {
  it.each(['desktop', 'phone'] as const)(
    'adds the credit and shows the receipt at once, on a %s',
    async (size) => {
      const amount = size === 'desktop' ? '25' : '26'
      const page = await visit({ account: ACCOUNT, size })
      await fillIn(page, amount)
      await payButton(page).click()
      await receipt(page, amount).waitFor()
      const { balance } = await call<{ balance: string }>('/balance')
      await page
        .getByTestId('balance')
        .getByText(`$${balance.slice(0, -4)}`)
        .waitFor()
      expect(await paymentsOf(amount)).toBe(1)
    },
  )

  it.each([
    ['9.99', 'The smallest payment is $10.'],
    ['5000.01', 'The largest payment is $5,000.'],
    ['50.005', 'Type an amount such as 50 or 50.25.'],
    ['', 'Type an amount such as 50 or 50.25.'],
  ])('refuses "%s" as it is typed', async (typed, rule) => {
    const page = await visit({ account: ACCOUNT })
    await fillIn(page, typed)
    await page.getByText(rule).waitFor()
    expect(await page.getByRole('button', { name: 'Pay now' }).isDisabled()).toBe(true)
  })

  it('charges once for a double click', async () => {
    const page = await visit({ account: ACCOUNT })
    await fillIn(page, '31')
    await payButton(page).dblclick()
    await receipt(page, '31').waitFor()
    expect(await paymentsOf('31')).toBe(1)
  })

  it('charges once for one form in two tabs, and says so', async () => {
    const first = await visit({ account: ACCOUNT })
    await fillIn(first, '32')
    const second = await first.context().newPage()
    await second.goto(first.url())
    await fillIn(second, '32')
    await payButton(first).click()
    await receipt(first, '32').waitFor()
    await payButton(second).click()
    await second.getByText('This payment was made from another tab already.').waitFor()
    await receipt(second, '32').waitFor()
    expect(await paymentsOf('32')).toBe(1)
  })

  it('charges once when the answer is lost and the page is opened again', async () => {
    const page = await visit({ account: ACCOUNT, expects: ['net::ERR_FAILED'] })
    await fillIn(page, '33')
    await page.route('**/topups', async (route) => {
      if (route.request().method() === 'POST') await route.fetch()
      await route.abort()
    })
    await payButton(page).click()
    await page.getByText('no answer came back').waitFor()
    await page.unrouteAll()
    await page.reload()
    await page.getByText('A payment of $33.00 was sent').waitFor()
    await page.getByRole('button', { name: 'Finish this payment' }).click()
    await receipt(page, '33').waitFor()
    expect(await paymentsOf('33')).toBe(1)
  })

  it('waits for the bank where it wants the customer, and charges when they have confirmed', async () => {
    await cardDoes('asks_to_authenticate')
    const page = await visit({ account: ACCOUNT })
    await fillIn(page, '34')
    await payButton(page).click()
    await page.getByText('Your bank wants you to confirm $34.00.').waitFor()
    const [bank] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: "Open the sandbox's bank" }).click(),
    ])
    await bank.getByRole('button', { name: 'The customer authenticates' }).first().click()
    await receipt(page, '34').waitFor()
    expect(await paymentsOf('34')).toBe(1)
  })

  it('says why a card was declined, and that nothing was charged', async () => {
    await cardDoes('declines:insufficient_funds')
    const page = await visit({ account: ACCOUNT })
    await fillIn(page, '35')
    await payButton(page).click()
    await page.getByText('$35.00 was not paid.').waitFor()
    await page.getByText('There was not enough money on the card.').first().waitFor()
    expect(await paymentsOf('35')).toBe(0)
  })

  it('is not for viewers, and says who can help', async () => {
    const page = await visit({ account: ACCOUNT, role: 'viewer' })
    await page.getByText('To pay, ask a manager of this account.').waitFor()
    expect(await payButton(page).isDisabled()).toBe(true)
  })
})
