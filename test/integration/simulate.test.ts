import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { dayLine } from '../../sandbox/simulate/day-table.ts'
import { type Day, type SimulationOptions, simulate } from '../../sandbox/simulate/simulate.ts'
import { runCommand } from '../support/run-command.ts'
import { scratchFolder } from '../support/scratch-folder.ts'
import { setup } from '../support/setup.ts'

const TIMEOUT_MS = 120_000
const NO_CHANGES = { amount: null, threshold: null, account: null }

async function simulated(options: Partial<SimulationOptions> & { days: number }) {
  const { database } = await setup()
  const told: Day[] = []
  const start = { from: new Date('2026-01-01T00:00:00Z'), seed: 1, settings: NO_CHANGES }
  const { days, checks } = await simulate({ databaseUrl: database.url, ...start, ...options }, (day) =>
    told.push(day),
  )
  expect(told).toEqual(days)
  expect(checks.filter(({ broken }) => broken.length > 0)).toEqual([])
  expect(checks.length).toBeGreaterThan(0)
  return days
}

const total = (days: readonly Day[], of: (day: Day) => number) => days.reduce((sum, day) => sum + of(day), 0)

describe('a simulation', () => {
  it(
    'of 35 days has recharges, declines, renewals and mails, and ends with all as it should be; its days come again',
    async () => {
      const days = await simulated({ days: 35 })

      expect(days.map(({ date }) => date).at(0)).toBe('2026-01-01')
      expect(days.map(({ date }) => date).at(-1)).toBe('2026-02-04')
      expect(total(days, ({ records }) => records)).toBeGreaterThan(5_000)
      expect(total(days, ({ recharged }) => Number(recharged))).toBeGreaterThan(0)
      expect(total(days, ({ declined }) => declined)).toBeGreaterThan(0)
      expect(total(days, ({ renewals }) => renewals)).toBeGreaterThan(0)
      expect(total(days, ({ mails }) => mails)).toBeGreaterThan(0)
      const again = await simulated({ days: 8 })
      expect(again.map(dayLine)).toEqual(days.slice(0, 8).map(dayLine))
    },
    TIMEOUT_MS,
  )

  it(
    'charges the amount that is tried, at the account whose settings these are',
    async () => {
      const settings = { amount: parseUsd('150'), threshold: parseUsd('25'), account: 'sunrise-solar' }
      const [day] = await simulated({ days: 1, settings })
      // Sunrise starts at 10.50, below 25; the other recharge of the day is one of the demo's 60.
      expect(day?.recharged).toBe(parseUsd('210'))
    },
    TIMEOUT_MS,
  )

  it(
    'goes another way with another seed',
    async () => {
      const [one] = await simulated({ days: 1, seed: 1 })
      const [two] = await simulated({ days: 1, seed: 2 })
      expect(two?.records).not.toBe(one?.records)
    },
    TIMEOUT_MS,
  )
})

describe('npm run simulate', () => {
  it(
    'prints the days, a chart and the checks, and writes what it is asked to',
    async () => {
      const scratch = await scratchFolder('simulate')
      onTestFinished(() => scratch[Symbol.asyncDispose]())
      const [json, plot] = [join(scratch.path, 'days.json'), join(scratch.path, 'days.svg')]

      const { exit, stdout, stderr } = await runCommand([
        'simulate',
        '--days',
        '2',
        '--json',
        json,
        '--plot',
        plot,
      ])

      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
      expect(stdout).toMatch(/^ +date +records +spent +recharged/)
      expect(stdout).toMatch(/\n2026-01-02 /)
      expect(stdout).toMatch(/\nbalance +[▁▂▃▄▅▆▇█]{2}\n/)
      expect(stdout).toContain('ok     every rule of the ledger holds\n')
      const written = JSON.parse(await readFile(json, 'utf8'))
      expect(written).toMatchObject({ seed: 1, days: [{ date: '2026-01-01' }, { date: '2026-01-02' }] })
      expect(await readFile(plot, 'utf8')).toMatch(/^<svg [\s\S]+<polyline [\s\S]+<\/svg>\n$/)
    },
    TIMEOUT_MS,
  )

  it.each([
    [['--nonsense'], 'Unknown option'],
    [['--days', '0'], '--days must be a whole number from 1 to'],
    [['--from', '2026-02-30'], '--from must be a date like'],
    [['--amount', '50'], '--amount must be greater than $50'],
    [['--threshold', '9.99'], '--threshold must be $10 or more'],
    [['--account', 'nobody'], '--account must be one of sunrise-solar'],
  ] as const)('refuses %s', async (args, message) => {
    const refused = await runCommand(['simulate', ...args])
    expect(refused).toMatchObject({ exit: 2, stdout: '' })
    expect(refused.stderr).toContain(message)
    expect(refused.stderr).toContain('Try: npm run -s simulate -- --help')
  })
})
