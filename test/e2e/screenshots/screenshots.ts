import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { buildPage } from '../../../sandbox/build-page.ts'
import { withScratchPostgres } from '../../../sandbox/simulate/scratch-postgres.ts'
import { simulate } from '../../../sandbox/simulate/simulate.ts'
import { launchChromium } from '../support/chromium.ts'
import { serveWorld } from './serve-world.ts'

const FOLDER = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))
const DAYS = 62
const SEED = 4
const DAY_MS = 86_400_000
const AS_IN_THE_DEMO = { amount: null, threshold: null, account: null }

interface Shot {
  readonly name: string
  readonly account: string
  readonly path: string
  /** Is on the page when it is ready. */
  readonly shows: string
  /** Pressed before the picture is taken. */
  readonly press?: string | RegExp
  /** What that brings up, and the picture is to show. */
  readonly reveals?: string
}

const SHOTS: readonly Shot[] = [
  { name: 'overview', account: 'sunrise-solar', path: '', shows: 'recharges in this time' },
  { name: 'failed-recharge', account: 'bluebird-dental', path: '', shows: 'in this time' },
  { name: 'payments', account: 'sunrise-solar', path: 'payments', shows: 'these settings would have' },
  { name: 'activity', account: 'sunrise-solar', path: 'activity', shows: 'Statements' },
  {
    name: 'activity-call',
    account: 'sunrise-solar',
    path: 'activity',
    shows: 'Statements',
    press: /^Call from/,
    reveals: 'Together',
  },
  { name: 'spending', account: 'sunrise-solar', path: 'spending', shows: 'spent on' },
  { name: 'spending-by-day', account: 'sunrise-solar', path: 'spending', shows: 'spent on', press: 'Day' },
  { name: 'rates', account: 'harbor-realty', path: 'rates', shows: 'Outgoing call' },
  { name: 'numbers', account: 'sunrise-solar', path: 'numbers', shows: 'Renews' },
]

const SIZES = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} as const
const SCHEMES = ['light', 'dark'] as const

const HELP = `Usage: npm run -s screenshots

Plays ${DAYS} days of the demo's accounts, and takes a picture of every view of the billing page: desktop and phone, light and
dark. Replaces what is in docs/screenshots/. Takes a few minutes.
`

if (isHelpAsked()) {
  process.stdout.write(HELP)
  process.exit(0)
}
await buildPage(console.error)
await withScratchPostgres(async (databaseUrl) => {
  console.error(`playing ${DAYS} days of the demo's accounts`)
  await simulate(
    { databaseUrl, days: DAYS, from: firstDay(), seed: SEED, settings: AS_IN_THE_DEMO },
    () => undefined,
  )
  const served = await serveWorld(databaseUrl)
  const browser = await launchChromium()
  try {
    await rm(FOLDER, { recursive: true, force: true })
    for (const shot of SHOTS) {
      for (const size of ['desktop', 'phone'] as const) {
        for (const scheme of SCHEMES)
          await take(browser, await served.open(shot.account), { shot, size, scheme })
      }
    }
  } finally {
    await browser.close()
    await served.stop()
  }
})

function isHelpAsked(): boolean {
  try {
    return parseArgs({ options: { help: { type: 'boolean', default: false } } }).values.help
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? error.message : error}\nTry: npm run screenshots -- --help\n`,
    )
    return process.exit(2)
  }
}

/** So that the last simulated night is that of today. */
function firstDay(): Date {
  const today = Math.floor(Date.now() / DAY_MS)
  return new Date((today - DAYS) * DAY_MS)
}

async function take(
  browser: Browser,
  address: string,
  { shot, size, scheme }: { shot: Shot; size: keyof typeof SIZES; scheme: (typeof SCHEMES)[number] },
): Promise<void> {
  const context = await browser.newContext({ ...SIZES[size], colorScheme: scheme })
  const page = await context.newPage()
  await page.goto(address)
  await page.getByRole('navigation').waitFor()
  if (shot.path !== '') await page.goto(new URL(shot.path, page.url()).href)
  await page.getByText(shot.shows).first().waitFor()
  await page.locator('[aria-busy]').waitFor({ state: 'detached' })
  if (shot.press) {
    const button = page
      .getByRole('button', { name: shot.press })
      .or(page.getByText(shot.press, { exact: true }))
    await button.first().click()
    await page.mouse.move(0, 0)
  }
  if (shot.reveals) await page.getByText(shot.reveals).first().scrollIntoViewIfNeeded()
  await page.waitForLoadState('networkidle')
  const path = join(FOLDER, `${shot.name}-${size}-${scheme}.png`)
  await page.screenshot({ path, animations: 'disabled' })
  console.error(path)
  await context.close()
}
