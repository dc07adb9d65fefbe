import { expect, test } from 'vitest'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { expireHolds } from '../../jobs/expire-holds.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { dieAt } from '../support/hold-crash.ts'
import { callAsk, granted, type Holds, setupHolds } from '../support/holds.ts'
import { callRecord } from '../support/usage.ts'

const STATEMENTS_MAX = 60

/** Lets work die at each of its statements in turn, each time with a database as `prepare` leaves it. */
async function dieEverywhere(
  work: Parameters<typeof dieAt>[2],
  {
    prepare,
    prove,
  }: { prepare: (holds: Holds) => Promise<unknown>; prove: (holds: Holds) => Promise<unknown> },
): Promise<number> {
  for (let statement = 1; statement < STATEMENTS_MAX; statement++) {
    const holds = await setupHolds()
    await holds.credit('5')
    await prepare(holds)
    const reached = await dieAt(holds, statement, work)
    await prove(holds)
    if (reached < statement) return reached
  }
  throw new Error('the work does not end')
}

const NOTHING_HELD = { held: '0.000000', openCalls: 0 }

test('a desk that dies at any statement leaves no money held for longer than the hold lasts', async () => {
  const statements = await dieEverywhere(
    async ({ desk }) => {
      await Promise.all([desk.ask(callAsk()), desk.ask(callAsk({ requestId: 'r2' }))])
      await desk.extend({ hold: callAsk(), requestId: 'e1', seconds: 60 })
      await desk.release(callAsk())
    },
    {
      prepare: () => Promise.resolve(),
      prove: async ({ desk, clock, expire, moneyOf }) => {
        // Whatever was answered before, the same ask is answered now, and holds nothing twice.
        expect(granted(await desk.ask(callAsk())).seconds).toBe(60)
        granted(await desk.ask(callAsk({ requestId: 'r2' })))
        clock.advance(300_000)
        await expire()
        expect(await moneyOf()).toEqual({ balance: '5.000000', ...NOTHING_HELD })
      },
    },
  )
  expect(statements).toBeGreaterThan(15)
}, 120_000)

test('a worker that dies at any statement settles the hold with the charge, or neither', async () => {
  const usage = callRecord({ holdId: 'acct_a.r1', durationMs: 30_000 })
  const statements = await dieEverywhere(
    ({ deps }) => chargeRecords({ ...deps, rateBook: createRateBook(deps.db) }, [usage]),
    {
      prepare: ({ desk }) => desk.ask(callAsk()),
      prove: async ({ charge, moneyOf, stateOf }) => {
        const settled = (await stateOf('r1')) === 'settled'
        expect(await moneyOf()).toEqual(
          settled
            ? { balance: '4.700000', ...NOTHING_HELD }
            : { balance: '5.000000', held: '0.600000', openCalls: 1 },
        )
        await charge([usage])
        expect(await moneyOf()).toEqual({ balance: '4.700000', ...NOTHING_HELD })
      },
    },
  )
  expect(statements).toBeGreaterThan(5)
}, 120_000)

test('a scheduler that dies at any statement of its sweep leaves the rest to the next one', async () => {
  await dieEverywhere(({ deps }) => expireHolds(deps), {
    prepare: async ({ desk, clock }) => {
      await desk.ask(callAsk())
      clock.advance(300_000)
    },
    prove: async ({ expire, moneyOf, stateOf }) => {
      await expire()
      expect(await moneyOf()).toEqual({ balance: '5.000000', ...NOTHING_HELD })
      expect(await stateOf('r1')).toBe('expired')
    },
  })
}, 120_000)
