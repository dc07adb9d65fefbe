import { beforeAll, describe, expect, it } from 'vitest'
import { accountOf } from './support/account.ts'
import { accessibilityFindings } from './support/axe.ts'
import { browserOfFile } from './support/visit.ts'

const ACCOUNT = 'maple-loans'
const VIEWS = [
  { name: 'Overview', shows: 'Balance over time' },
  { name: 'Payments', shows: 'Latest payments' },
  { name: 'Activity', shows: 'Call to +442079460123' },
  { name: 'Spending', shows: 'spent on' },
  { name: 'Rates', shows: 'Outgoing call' },
  { name: 'Numbers', shows: 'Phone numbers' },
] as const
const LOOKS = [
  { size: 'desktop', scheme: 'light' },
  { size: 'desktop', scheme: 'dark' },
  { size: 'phone', scheme: 'light' },
  { size: 'phone', scheme: 'dark' },
] as const

const { visit } = browserOfFile()

beforeAll(async () => {
  await accountOf(ACCOUNT).report([
    {
      item: 'phone_call',
      kind: 'outbound',
      from: '+14165550128',
      to: '+442079460123',
      durationMs: 61_000,
    },
  ])
}, 60_000)

describe.each(LOOKS)('on a $size with $scheme colours', { timeout: 120_000 }, (look) => {
  it('every view is there for everybody, without an error, and as wide as the screen', async () => {
    const page = await visit({ account: ACCOUNT, ...look })
    for (const { name, shows } of VIEWS) {
      await page.getByRole('navigation').getByRole('link', { name }).click()
      await page.getByText(shows).first().waitFor()
      await page.locator('[aria-busy]').waitFor({ state: 'detached' })
      expect(await page.title()).toBe(`${name} · Billing`)
      expect(await accessibilityFindings(page), name).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), name).toBe(0)
    }
  })
})

it('the keyboard alone leads from view to view', async () => {
  const page = await visit({ account: ACCOUNT })
  await page.getByRole('heading', { name: 'Balance over time' }).waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
  // Overview, Payments, Activity.
  for (let link = 0; link < 3; link += 1) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Statements' }).waitFor()
})

it('colours follow the system until somebody chooses', async () => {
  const page = await visit({ account: ACCOUNT, scheme: 'dark' })
  const scheme = () => page.evaluate('document.documentElement.dataset.mantineColorScheme')
  expect(await scheme()).toBe('dark')
  await page.getByRole('button', { name: /^Colours follow the system/ }).click()
  expect(await scheme()).toBe('light')
  await page.reload()
  await page.getByRole('heading', { name: 'Balance over time' }).waitFor()
  expect(await scheme()).toBe('light')
})

it('when the session ends, while it is open or before, the page says how to get another', {
  timeout: 60_000,
}, async () => {
  const page = await visit({ account: ACCOUNT, expects: ['status of 401'] })
  await page.getByRole('heading', { name: 'Balance over time' }).waitFor()
  await page.context().clearCookies()
  // What the page asks for by itself every few seconds is refused now.
  const notice = page.getByRole('heading', { name: 'Please open billing from your CRM again' })
  await notice.waitFor()
  await page.reload()
  await notice.waitFor()
})
