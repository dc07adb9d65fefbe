import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { accessibilityFindings } from './support/axe.ts'
import { launchChromium } from './support/chromium.ts'

const TIMEOUT_MS = 120_000
const LOOKS = [
  { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const
const PARTS = [
  'Accounts',
  'Top-ups',
  'Findings',
  'Runs',
  'Unrated usage',
  'Failed jobs',
  'Actions',
  'Overview',
]

let browser: Browser

beforeAll(async () => {
  browser = await launchChromium()
}, TIMEOUT_MS)
afterAll(async () => await browser.close())

describe.each(LOOKS)('an operator, in $colorScheme at $viewport.width', { timeout: TIMEOUT_MS }, (look) => {
  it('logs in and finds every part, for everybody to read, without an error', async () => {
    const { page, errors } = await openPage(look)
    await logIn(page)
    for (const part of PARTS) {
      await page.getByRole('navigation').getByRole('link', { name: part }).click()
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await accessibilityFindings(page), part).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), part).toBe(0)
    }
    await page.getByRole('link', { name: 'Accounts' }).click()
    await page.getByRole('link', { name: 'sunrise-solar' }).click()
    await page.getByText('Newest entries').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    expect(errors).toEqual([])
  })

  it('sees the queues on the board', async () => {
    const { page, errors } = await openPage(look)
    await logIn(page)
    await page.getByRole('link', { name: 'Queues' }).click()
    for (const queue of ['usage-0', 'recharge', 'topup', 'nightly'])
      await page.getByText(queue).first().waitFor()
    expect(errors).toEqual([])
  })
})

async function openPage(look: (typeof LOOKS)[number]): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext(look)
  context.setDefaultTimeout(TIMEOUT_MS)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  return { page, errors }
}

async function logIn(page: Page): Promise<void> {
  const { url, operator } = inject('demo')
  await page.goto(`${url}/ops/login`)
  expect(await accessibilityFindings(page), 'the log-in').toEqual([])
  await page.getByLabel('Operator').fill(operator.user)
  await page.getByLabel('Password').fill(operator.password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL('**/ops')
}
