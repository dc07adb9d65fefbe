import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { accountOf } from './support/account.ts'
import { browserOfFile } from './support/visit.ts'

const ACCOUNT = 'thistle-insurance'
const OWN_NUMBER = '+442079460958'
const CALLER = '+12125550199'
const CALL = `call-${randomUUID()}`
const TEXTS = 55
const PLACES = ['desktop', 'phone'] as const

const { call, report } = accountOf(ACCOUNT)
const { visit } = browserOfFile()

beforeAll(async () => {
  const attempt = { item: 'ring_through_attempt', from: CALLER, to: OWN_NUMBER, callId: CALL }
  const inbound = { item: 'phone_call', kind: 'inbound', from: CALLER, to: OWN_NUMBER, durationMs: 90_000 }
  const text = { item: 'outgoing_text', from: OWN_NUMBER, to: '+12125550123', segments: 1 }
  await report(Array.from({ length: TEXTS }, () => ({ ...text, tags: { agent: 'ada', campaign: 'spring' } })))
  await report([attempt, attempt, { id: CALL, ...inbound, tags: { agent: 'bruno' } }])
}, 120_000)

async function open(view: string, size: 'desktop' | 'phone' = 'desktop'): Promise<Page> {
  const page = await visit({ account: ACCOUNT, size })
  await page.getByRole('navigation').getByRole('link', { name: view }).click()
  return page
}

describe('the activity', { timeout: 120_000 }, () => {
  it.each(PLACES)('shows how a charge came about, with the attempts of its call, on a %s', async (size) => {
    const page = await open('Activity', size)
    await page.getByRole('button', { name: `Call from ${CALLER}` }).click()
    await page
      .getByRole('list', { name: 'How the amount came about' })
      .getByText(/0\.0\d+/)
      .first()
      .waitFor()
    const whole = page.getByRole('heading', { name: 'The whole call' }).locator('..')
    await whole.getByText('Ring-Through attempt').first().waitFor()
    expect(await whole.getByRole('listitem').count()).toBe(3)
    await whole.getByText('Together').waitFor()
  })

  it('is found by a number however it is written, and by the id of a call', async () => {
    const page = await open('Activity')
    const search = page.getByRole('searchbox', { name: 'Number or call id' })
    const lines = page.locator('tbody').getByRole('button')
    await search.fill('+1 (212) 555-0199')
    await expect.poll(() => lines.count(), { timeout: 20_000 }).toBe(3)
    await search.fill(CALL)
    await expect.poll(() => lines.count(), { timeout: 20_000 }).toBe(3)
    await search.fill('+1 212 555 0000')
    await page.getByText('Nothing matches.').waitFor()
  })

  it('is narrowed to credits, to an item, and to a time on the clocks of the account', async () => {
    const page = await open('Activity')
    await page.getByText('Credits', { exact: true }).click()
    await page.getByRole('button', { name: 'Promotion: starting credit' }).waitFor()
    expect(await page.getByRole('button', { name: 'Text to' }).count()).toBe(0)
    await page.getByText('All', { exact: true }).click()
    await page.getByLabel('Item').selectOption('ring_through_attempt')
    await expect.poll(() => page.locator('tbody').getByRole('button').count(), { timeout: 20_000 }).toBe(2)
    await page.getByText('From–To', { exact: true }).click()
    await page.getByText('Times of Europe/London (GMT').waitFor()
    await page.getByLabel('To', { exact: true }).fill('2020-01-02T10:30')
    await page.getByLabel('From', { exact: true }).fill('2020-01-01T10:30')
    await page.getByText('Nothing matches.').waitFor()
  })

  it('goes on to older lines', async () => {
    const page = await open('Activity')
    const lines = page.locator('tbody').getByRole('button')
    await expect.poll(() => lines.count(), { timeout: 20_000 }).toBe(50)
    await page.getByRole('button', { name: 'Show older activity' }).click()
    await page.getByRole('button', { name: 'Promotion: starting credit' }).waitFor()
    expect(await lines.count()).toBeGreaterThan(TEXTS)
  })

  it('is downloaded as a file, as it is shown', async () => {
    const page = await open('Activity')
    await page.getByLabel('Item').selectOption('ring_through_attempt')
    await expect.poll(() => page.locator('tbody').getByRole('button').count(), { timeout: 20_000 }).toBe(2)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toBe(`${ACCOUNT}-activity.csv`)
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(3)
  })
})

describe('where the money goes', { timeout: 120_000 }, () => {
  it.each(PLACES)('is told by item, day and tag, on a %s', async (size) => {
    const page = await open('Spending', size)
    const row = (name: string) => page.getByRole('row', { name })
    await row('Outgoing texts').waitFor()
    await page.getByText('Agent', { exact: true }).click()
    await row(`ada ${TEXTS}`).waitFor()
    await row('bruno 1').waitFor()
    await page.getByText('Day', { exact: true }).click()
    await page.getByRole('table', { name: 'Spending by day' }).waitFor({ state: 'attached' })
  })
})

describe('the rates', { timeout: 120_000 }, () => {
  it.each(PLACES)('answer what a number costs, and are found by country, on a %s', async (size) => {
    const page = await open('Rates', size)
    const search = page.getByRole('searchbox', { name: 'What does it cost?' })
    await search.fill('+44 20 7946 0958')
    await page.getByText('in United Kingdom').waitFor()
    await page
      .getByText(/a call of 1 minute costs/i)
      .first()
      .waitFor()
    await search.fill('New Zealand')
    await page.getByText('+64…').waitFor()
    await search.fill('1900')
    await page.getByText('Not allowed').waitFor()
  })
})

describe('the numbers', { timeout: 120_000 }, () => {
  it('are released and restored after it was said what that means', async () => {
    const number = '+12125550177'
    await call('/numbers', { method: 'POST', body: { number }, headers: { 'idempotency-key': randomUUID() } })
    const page = await open('Numbers')
    await page.getByText('Renews').first().waitFor()
    await page.getByRole('button', { name: `Release ${number}` }).click()
    await page.getByText('Calls and texts to it stop at once').waitFor()
    await page.getByRole('button', { name: 'Release the number' }).click()
    await page.getByRole('button', { name: `Restore ${number}` }).click()
    await page.getByRole('button', { name: 'Restore the number' }).click()
    await page.getByRole('button', { name: `Release ${number}` }).waitFor()
    expect(await call(`/numbers/${encodeURIComponent(number)}`)).toMatchObject({ state: 'active' })
  })
})
