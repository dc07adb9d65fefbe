import { Gauge, type Registry } from 'prom-client'
import type { PaymentFigures } from '../db/payment-figures.ts'

/** Money, mails and nightly work in the format of Prometheus. */
export function addPaymentMetrics(register: Registry, figures: PaymentFigures, now: Date): void {
  const add = (name: string, help: string) =>
    new Gauge({ name: `ringledger_${name}`, help, registers: [register] })
  const addBy = (label: string, { name, help }: { name: string; help: string }, counts: Counts) => {
    const gauge = new Gauge({ name: `ringledger_${name}`, help, labelNames: [label], registers: [register] })
    for (const [value, count] of counts) gauge.set({ [label]: value }, count)
  }
  const ageSeconds = (since: Date | null) =>
    since ? Math.max(now.getTime() - since.getTime(), 0) / 1_000 : 0

  addBy(
    'outcome',
    {
      name: 'topup_attempts_day',
      help: 'Attempts at charging a card begun in the last day, by their outcome',
    },
    figures.attemptsByOutcome,
  )
  addBy('status', { name: 'topups_open', help: 'Top-ups without a definite end' }, figures.openTopupsByStatus)
  add('topup_unknown_oldest_seconds', 'Age of the oldest top-up of unknown outcome').set(
    ageSeconds(figures.oldestUnknownAt),
  )
  add('payments_paused', '1 while no payment goes to Stripe until an operator says so').set(
    figures.paymentsPaused ? 1 : 0,
  )
  addBy('state', { name: 'mails_day', help: 'Mails written in the last day' }, figures.mailsByState)
  add('holds_open', 'Calls and texts that money is set aside for').set(figures.openHolds)
  add('held_micros', 'Money set aside by open holds, in millionths of a dollar').set(figures.heldMicros)
  addBy(
    'severity',
    { name: 'findings_open', help: 'Findings that wait for a person' },
    figures.openFindingsBySeverity,
  )
  add('run_unfinished_oldest_seconds', 'Time since the oldest unfinished nightly run was begun').set(
    ageSeconds(figures.oldestUnfinishedRunAt),
  )
  addBy(
    'kind',
    {
      name: 'run_finished_until_timestamp_seconds',
      help: 'End of the newest business date whose nightly run is finished',
    },
    figures.finishedUntilByRun,
  )
}

type Counts = ReadonlyMap<string, number>
