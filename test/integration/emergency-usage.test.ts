import { expect, test } from 'vitest'
import { systemNewId } from '../../config/clock.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { balanceOf, entriesOf, setupLedger } from '../support/ledger.ts'
import { callRecord } from '../support/usage.ts'

const text = { item: 'outgoing_text', kind: null, durationMs: null, segments: 2 }

test('usage of an emergency number is stored and charged nothing, whatever short codes cost', async () => {
  const { db, charge } = await setupLedger()
  const report = await charge([
    callRecord({ id: 'call', to: '911' }),
    callRecord({ id: 'text', to: '911', ...text }),
  ])

  expect(report).toMatchObject({ charged: 0, free: 2, refused: [] })
  expect(await entriesOf(db)).toEqual([])
  expect(await balanceOf(db)).toBe(0n)
  const records = await db
    .selectFrom('usage_records')
    .select(['id', 'amount_micros', 'rate_row', 'billed_seconds', 'segments'])
    .orderBy('id')
    .execute()
  expect(records).toEqual([
    { id: 'call', amount_micros: 0n, rate_row: null, billed_seconds: 0, segments: null },
    { id: 'text', amount_micros: 0n, rate_row: null, billed_seconds: null, segments: 2 },
  ])
})

test('what is an emergency number is decided by whoever makes the rate book', async () => {
  const { db, clock } = await setupLedger()
  const rateBook = createRateBook(db, new Set(['+14155550199']))
  const deps = { db, clock, newId: systemNewId, rateBook }
  const report = await chargeRecords(deps, [
    callRecord({ id: 'emergency' }),
    callRecord({ id: 'ordinary', to: '+14155550100' }),
    callRecord({ id: 'unpriced', to: '911' }),
  ])

  expect(report).toMatchObject({ charged: 1, free: 1, refused: [{ id: 'unpriced', code: 'no_rate' }] })
})
