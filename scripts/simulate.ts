import { writeFile } from 'node:fs/promises'
import { formatUsd, MICROS_PER_USD, type Micros, parseUsd } from '../billing/money.ts'
import { checkRechargeSettings } from '../billing/recharge-settings.ts'
import { DEMO_ACCOUNTS } from '../sandbox/demo/accounts.ts'
import { dayLine, TABLE_HEADING, TABLE_LEGEND } from '../sandbox/simulate/day-table.ts'
import { daysPlot } from '../sandbox/simulate/days-plot.ts'
import { withScratchPostgres } from '../sandbox/simulate/scratch-postgres.ts'
import { type Day, type Simulation, simulate } from '../sandbox/simulate/simulate.ts'
import { sparkline } from '../sandbox/simulate/sparkline.ts'
import { EXIT, Refused, runCommand, WrongCall } from './command.ts'

const DAYS_DEFAULT = 60
const DAYS_MAX = 4_000
const FROM_DEFAULT = '2026-01-01'
const SEED_DEFAULT = 1
const CHART_WIDTH = 100

const HELP = `Usage: npm run -s simulate -- [options]

Runs the demo's accounts through days and months within seconds, to see what settings would do: usage, automatic recharges,
declines, renewals of numbers, mails and nightly runs, by the same jobs that production runs and a clock that jumps. Works on
a Postgres of its own, with stand-ins for Stripe and SendGrid, and leaves nothing behind.

  --days N           how many days; ${DAYS_DEFAULT} by default
  --from DATE        the first day, in UTC; ${FROM_DEFAULT} by default
  --seed N           what chance begins with; ${SEED_DEFAULT} by default. The same options print the same table
  --amount USD       the recharge amount to try, greater than 50; that of the demo is 60
  --threshold USD    the balance below which it is recharged, 10 or more; that of the demo is 10
  --account ID       whose settings these are; those of all accounts by default
  --json FILE        writes the days as JSON too
  --plot FILE.svg    draws balance, recharges and declines
  --help             this text

Standard output is a line for each day: usage records, what was spent on usage and renewals, what cards brought, declined
attempts, renewals, mails, the balance of all accounts at the end of the day, numbers by state, open findings; then a small
chart, and whether all is as it should be: the rules of the ledger, the money at Stripe, runs, jobs, critical findings.

Examples:
  npm run -s simulate -- --days 60
  npm run -s simulate -- --days 60 --amount 200 --threshold 25 --account sunrise-solar
  npm run -s simulate -- --days 400 --from 2027-09-15 --plot leap-year.svg

Exit codes: 0 all is as it should be; 1 something is not; 2 wrong call.
`

await runCommand({
  name: 'simulate',
  help: HELP,
  options: {
    days: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    amount: { type: 'string' },
    threshold: { type: 'string' },
    account: { type: 'string' },
    json: { type: 'string' },
    plot: { type: 'string' },
  },
  args: [],
  run: async ({ options }) => {
    const wanted = {
      days: wholeNumber('days', options.days ?? String(DAYS_DEFAULT), { min: 1, max: DAYS_MAX }),
      from: readDate(options.from ?? FROM_DEFAULT),
      seed: wholeNumber('seed', options.seed ?? String(SEED_DEFAULT), { min: 0, max: 4_294_967_295 }),
      settings: readSettings(options),
    }
    const signal = stopSignal()
    const simulation = await withScratchPostgres((databaseUrl) => {
      console.log(TABLE_HEADING)
      return simulate({ databaseUrl, ...wanted, signal }, (day) => console.log(dayLine(day)))
    })
    showCharts(simulation.days)
    if (options.json) await writeFile(options.json, toJson({ ...wanted, ...simulation }))
    if (options.plot) await writeFile(options.plot, daysPlot(simulation.days))
    return showChecks(simulation) ? EXIT.done : EXIT.refused
  },
})

/** Ctrl-C and SIGTERM end it after the day it is at, so that nothing is left behind. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  const stop = () => stopping.abort(new Refused('stopped before the last day'))
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return stopping.signal
}

function wholeNumber(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new WrongCall(`--${name} must be a whole number from ${min} to ${max}`)
}

function readDate(text: string): Date {
  const from = new Date(`${text}T00:00:00.000Z`)
  const isDate = !Number.isNaN(from.getTime()) && from.toISOString().startsWith(`${text}T`)
  if (isDate) return from
  throw new WrongCall('--from must be a date like 2026-03-31')
}

/** Refuses what the API would refuse. */
function readSettings({ amount, threshold, account }: Partial<Record<string, string>>) {
  const usual = { enabled: false, amount: '60', threshold: '10' }
  const checked = checkRechargeSettings({
    ...usual,
    ...(amount && { amount }),
    ...(threshold && { threshold }),
  })
  if ('faults' in checked) {
    throw new WrongCall(checked.faults.map(({ field, rule }) => `--${field} ${rule}`).join('; '))
  }
  const ids = DEMO_ACCOUNTS.map(({ id }) => id)
  if (account !== undefined && !ids.includes(account)) {
    throw new WrongCall(`--account must be one of ${ids.join(', ')}`)
  }
  return {
    amount: amount === undefined ? null : parseUsd(amount),
    threshold: threshold === undefined ? null : parseUsd(threshold),
    account: account ?? null,
  }
}

function showCharts(days: readonly Day[]): void {
  console.log(`\n${TABLE_LEGEND}\n`)
  const chart = (name: string, of: (day: Day) => Micros) => {
    const usd = days.map((day) => Number(of(day)) / Number(MICROS_PER_USD))
    console.log(`${name.padEnd(10)}${sparkline(usd, CHART_WIDTH)}`)
  }
  chart('balance', ({ balance }) => balance)
  chart('spent', ({ spent }) => spent)
  chart('recharged', ({ recharged }) => recharged)
  console.log('')
}

function showChecks({ checks }: Simulation): boolean {
  for (const { rule, broken } of checks) {
    console.log(`${broken.length === 0 ? 'ok    ' : 'BROKEN'} ${rule}`)
    for (const one of broken) console.log(`       ${one}`)
  }
  return checks.every(({ broken }) => broken.length === 0)
}

function toJson(report: object): string {
  const text = (_key: string, value: unknown) => (typeof value === 'bigint' ? formatMicros(value) : value)
  return `${JSON.stringify(report, text, 2)}\n`
}

/** Money is the only bigint of a report. */
function formatMicros(value: bigint): string {
  return formatUsd(value as Micros)
}
