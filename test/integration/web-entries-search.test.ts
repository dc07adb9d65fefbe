import { describe, expect, test } from 'vitest'
import { BLOCK_ENTRIES, writeActivityBlocks } from '../../db/activity-blocks.ts'
import type { Db } from '../../db/connect.ts'
import { listRuns } from '../../db/run-list.ts'
import { readStatement } from '../../db/statement.ts'
import { inTransaction } from '../../db/transaction.ts'
import { activityIndex } from '../../jobs/nightly/activity-index.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { setupNumbers } from '../support/numbers.ts'
import { callRecord } from '../support/usage.ts'
import { type Json, setupWeb, type Web } from '../support/web.ts'

const ENTRIES = 2 * BLOCK_ENTRIES + 40
const OWN = '+12025550123'
const RARE = '+442071838750'

const numberOf = (n: number) => `+1415555${String(n).padStart(4, '0')}`

/** Usage of which entry n is charged for record n: texts at every 100th, a rare number at three places, calls of three. */
function manyRecords(): unknown[] {
  return Array.from({ length: ENTRIES }, (_, index) => {
    const n = index + 1
    const common = {
      id: `r-${String(n).padStart(4, '0')}`,
      to: [7, BLOCK_ENTRIES, ENTRIES - 1].includes(n) ? RARE : numberOf(n),
      callId: n % 50 < 3 ? `call ${Math.floor(n / 50)}` : undefined,
    }
    return n % 100 === 0
      ? callRecord({ ...common, item: 'outgoing_text', kind: undefined, durationMs: undefined, segments: 1 })
      : callRecord(common)
  })
}

async function setupMany(): Promise<Web> {
  const web = await setupWeb()
  await web.charge(manyRecords())
  return web
}

const index = (db: Db) =>
  inTransaction(db, (tx) => writeActivityBlocks(tx, { accounts: ['acct_a', 'acct_b'], blocksMax: 10 }))

async function idsOf({ get }: Pick<Web, 'get'>, query: string): Promise<string[]> {
  const ids: string[] = []
  for (let cursor = ''; ; ) {
    const page = await get(`/v1/accounts/acct_a/entries?${query}${cursor}`)
    ids.push(...page.entries.map(({ id }: Json) => id))
    if (page.next === null) return ids
    cursor = `&cursor=${page.next}`
  }
}

describe('a search in activity', () => {
  test('finds the same entries before and after they are indexed', async () => {
    const web = await setupMany()
    const all = (await idsOf(web, 'limit=500')).map(Number)
    const cases: readonly (readonly [string, readonly number[]])[] = [
      [`number=${encodeURIComponent(RARE)}`, [ENTRIES - 1, BLOCK_ENTRIES, 7]],
      [`number=${RARE}`, [ENTRIES - 1, BLOCK_ENTRIES, 7]],
      [`number=${encodeURIComponent(RARE)}&limit=1`, [ENTRIES - 1, BLOCK_ENTRIES, 7]],
      [`number=${encodeURIComponent(numberOf(310))}`, [310]],
      [`number=${encodeURIComponent(numberOf(ENTRIES))}`, [ENTRIES]],
      [`number=${encodeURIComponent(numberOf(400))}&item=phone_call`, []],
      [`number=${encodeURIComponent(OWN)}&limit=200`, all],
      ['number=911', []],
      ['callId=call%202', [102, 101, 100]],
      ['callId=call%202&item=outgoing_text', [100]],
      ['callId=call%202&show=credits', []],
      [`callId=r-0007`, [7]],
      ['callId=r-0100', []],
      [`callId=r-0007&number=${encodeURIComponent(RARE)}`, [7]],
      [`callId=r-0007&number=${encodeURIComponent(OWN)}&show=debits`, [7]],
      [`callId=r-0007&number=${encodeURIComponent(numberOf(7))}`, []],
      ['item=outgoing_text', all.filter((n) => n % 100 === 0)],
      ['item=outgoing_text&limit=2', all.filter((n) => n % 100 === 0)],
      ['item=phone_call&limit=500', all.filter((n) => n % 100 !== 0)],
      ['item=ring_through_attempt', []],
      ['item=phone_call&show=credits', []],
    ]
    const expectAll = async (when: string) => {
      for (const [query, expected] of cases) {
        expect(await idsOf(web, query), `${query} ${when}`).toEqual(expected.map(String))
      }
    }
    expect(all).toHaveLength(ENTRIES)
    await expectAll('before')
    expect(await index(web.db)).toBe(2)
    expect(await index(web.db)).toBe(0)
    await expectAll('after')
  }, 60_000)

  test('narrows a time, and a file of entries', async () => {
    const { charge, clock, db, get, send } = await setupWeb()
    for (let hour = 0; hour < 4; hour++) {
      await charge(
        Array.from({ length: 100 }, (_, n) => callRecord({ id: `h${hour}-${n}`, to: numberOf(n) })),
      )
      clock.advance(3_600_000)
    }
    await index(db)
    const number = encodeURIComponent(numberOf(42))
    const query = `number=${number}&from=2026-03-02T13:00:00Z&to=2026-03-02T15:00:00Z`
    const page = await get(`/v1/accounts/acct_a/entries?${query}`)
    expect(page.entries.map(({ source }: Json) => source)).toEqual(['usage/h2-42', 'usage/h1-42'])
    const file = await send(`/v1/accounts/acct_a/entries?${query}`, { headers: { accept: 'text/csv' } })
    const lines = (await file.text()).trimEnd().split('\r\n')
    expect(lines.slice(1).map((line) => line.includes('usage/h'))).toEqual([true, true])
  }, 60_000)
})

test('the nightly run indexes what is there, and renewals are found by their number', async () => {
  const { db, context, buy, move, nights } = await setupNumbers()
  await move('100')
  await buy('+14155550100')
  await buy('+14155550200')
  await nights(35)
  const query = { account: 'acct_a', from: null, to: null, show: 'all', item: null, callId: null } as const
  const sources = async () => {
    const number = '+14155550100'
    const found = await readStatement(db, { ...query, number, beforeSeq: null, limit: 10 })
    return found?.map(({ source }) => source.split('/').slice(0, 2).join('/'))
  }
  const expected = ['renewal/+14155550100', expect.stringMatching(/^usage\//)]
  expect(await sources()).toEqual(expected)

  for (let n = 0; n < BLOCK_ENTRIES; n++) await move('0.01')
  await runOwedDates(context, activityIndex)
  const blocks = await db.selectFrom('activity_blocks').select(['account_id', 'first_seq']).execute()
  expect(blocks).toEqual([{ account_id: 'acct_a', first_seq: 1n }])
  expect(await sources()).toEqual(expected)
  expect(await listRuns(db, { kind: 'activity-index', limit: 5 })).toMatchObject([{ done: 1, refused: 0 }])
}, 60_000)
