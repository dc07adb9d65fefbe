import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatUsd, micros } from '../../billing/money.ts'
import { createAccount } from '../../db/accounts.ts'
import type { HoldDesk } from '../../jobs/hold-desk.ts'
import type { HoldOutcome } from '../../jobs/hold-request.ts'
import { type AccountStep, HoldModel } from '../support/hold-model.ts'
import { callAsk, type Holds, setupHolds } from '../support/holds.ts'
import { callRecord } from '../support/usage.ts'

const slot = fc.nat(5)
const weighed = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary })
const steps: fc.Arbitrary<AccountStep> = fc.oneof(
  weighed(5, fc.record({ do: fc.constant('ask' as const), slot, seconds: fc.constantFrom(30, 60, 90) })),
  weighed(
    3,
    fc.record({
      do: fc.constant('extend' as const),
      slot,
      extension: fc.nat(2),
      seconds: fc.constantFrom(20, 50),
    }),
  ),
  weighed(1, fc.record({ do: fc.constant('release' as const), slot })),
  weighed(
    4,
    fc.record({
      do: fc.constant('use' as const),
      slot,
      usage: fc.nat(9),
      seconds: fc.integer({ min: 1, max: 120 }),
    }),
  ),
  weighed(2, fc.record({ do: fc.constant('credit' as const), cents: fc.integer({ min: 1, max: 100 }) })),
)
/** Steps of two accounts at two desks, with time going by between them. */
const histories = fc.array(
  fc.record({ step: steps, account: fc.nat(1), desk: fc.nat(1), waits: fc.constantFrom(0, 0, 0, 20, 100) }),
  { minLength: 20, maxLength: 60, size: 'max' },
)

test('any history of holds and usage, in any order, comes to what a simple model of it says', async () => {
  const holds = await setupHolds()
  const desks = [holds.desk, holds.openDesk()]
  let runs = 0
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      runs += 1
      const accounts = await openModels(holds, [`run_${runs}_a`, `run_${runs}_b`])
      for (const { step, account, desk, waits } of history) {
        await passTime(holds, accounts, waits)
        const { id, model } = pick(accounts, account)
        const answered = await takeStep(holds, { step, account: id, desk: pick(desks, desk) })
        expect(answered).toBe(model.take(step))
        for (const one of accounts) expect(await holds.moneyOf(one.id)).toEqual(moneyIn(one.model))
      }
      holds.clock.advance(2 * DAY_MS)
      await holds.expire()
      for (const { id } of accounts) {
        expect(await holds.moneyOf(id)).toMatchObject({ held: '0.000000', openCalls: 0 })
      }
    }),
    { numRuns: 25 },
  )
}, 120_000)

const DAY_MS = 86_400_000

interface ModelAccount {
  readonly id: string
  readonly model: HoldModel
}

/** Accounts that are not new, with their models. */
async function openModels({ db, clock }: Holds, ids: readonly string[]): Promise<ModelAccount[]> {
  const old = new Date(clock.now().getTime() - 100 * DAY_MS)
  for (const id of ids) await createAccount(db, { id, timeZone: 'UTC' }, old)
  return ids.map((id) => ({ id, model: new HoldModel() }))
}

/** The sweep comes by after long waits only: before it, what is over is still held. */
async function passTime({ clock, expire }: Holds, accounts: readonly ModelAccount[], seconds: number) {
  clock.advance(seconds * 1_000)
  for (const { model } of accounts) model.pass(seconds)
  if (seconds < 100) return
  const expired = accounts.reduce((total, { model }) => total + model.expire(), 0)
  expect(await expire()).toBe(expired)
}

async function takeStep(
  { charge, credit }: Holds,
  { step, account, desk }: { step: AccountStep; account: string; desk: HoldDesk },
): Promise<string> {
  switch (step.do) {
    case 'credit':
      await credit(cents(step.cents), account)
      return 'done'
    case 'use': {
      const { usage, seconds } = step
      const holdId = `${account}.r${step.slot}`
      const report = await charge([
        callRecord({ id: `u${usage}`, account, durationMs: seconds * 1_000, holdId }),
      ])
      if (report.duplicates > 0) return 'duplicate'
      return report.refused[0]?.code ?? report.holdsRefused[0]?.code ?? 'settled'
    }
    case 'ask':
      return told(await desk.ask(callAsk({ account, requestId: `r${step.slot}`, seconds: step.seconds })))
    case 'extend': {
      const hold = { account, requestId: `r${step.slot}` }
      return told(await desk.extend({ hold, requestId: `e${step.extension}`, seconds: step.seconds }))
    }
    case 'release':
      return told(await desk.release({ account, requestId: `r${step.slot}` }))
  }
}

/** An outcome in the words of the model. */
function told(outcome: HoldOutcome): string {
  if (outcome.kind === 'granted') return `granted ${outcome.seconds}`
  return outcome.kind === 'ended' ? `ended ${outcome.state}` : outcome.kind
}

function moneyIn({ balance, held, openCalls }: HoldModel) {
  return { balance: cents(balance), held: cents(held), openCalls }
}

function cents(count: number): string {
  return formatUsd(micros(BigInt(count) * 10_000n))
}

function pick<T>(some: readonly T[], index: number): T {
  const picked = some[index]
  if (picked === undefined) throw new Error(`there is no ${index}`)
  return picked
}
