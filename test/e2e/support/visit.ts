import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { launchChromium } from './chromium.ts'

const SIZES = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} as const

/** Long, since other tests run at the same time. */
const TIMEOUT_MS = 60_000

export interface Visitor {
  readonly account: string
  readonly role?: 'manager' | 'viewer'
  readonly size?: keyof typeof SIZES
  readonly scheme?: 'light' | 'dark'
  /** Parts of errors that belong to the story: the browser notes each refusal of the server as one. */
  readonly expects?: readonly string[]
}

/** One browser for the tests of a file. After each test its pages are closed, and were without errors. */
export function browserOfFile(): { visit(visitor: Visitor): Promise<Page> } {
  let browser: Browser | null = null
  const errors: string[] = []
  beforeAll(async () => {
    browser = await launchChromium()
  }, TIMEOUT_MS)
  afterEach(async () => {
    await Promise.all(browser?.contexts().map((context) => context.close()) ?? [])
    expect(errors.splice(0)).toEqual([])
  })
  afterAll(async () => await browser?.close())
  return {
    visit: async ({ size = 'desktop', scheme = 'light', expects = [], ...who }) => {
      if (!browser) throw new Error('the browser has not started')
      const context = await browser.newContext({ ...SIZES[size], colorScheme: scheme })
      context.setDefaultTimeout(TIMEOUT_MS)
      context.on('page', (page) => noteErrors(page, { errors, expects }))
      const page = await context.newPage()
      await openBilling(page, who)
      return page
    },
  }
}

/** Opens the billing page from the start page of the sandbox, as a customer of the CRM does. */
async function openBilling(page: Page, { account, role = 'manager' }: Pick<Visitor, 'account' | 'role'>) {
  await page.goto(inject('demo').url)
  const form = page.locator('form', { has: page.getByRole('heading', { name: account }) })
  await form.getByRole('button', { name: `Open as ${role}` }).click()
  await page.waitForURL('**/billing/')
}

function noteErrors(page: Page, story: { errors: string[]; expects: readonly string[] }): void {
  const { errors, expects } = story
  const isExpected = (text: string) => expects.some((part) => text.includes(part))
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !isExpected(text)) errors.push(`${text} (${message.location().url})`)
  })
}
