import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { lockHeld } from '../../db/account-holds.ts'
import { connect } from '../../db/connect.ts'
import { inTransaction } from '../../db/transaction.ts'
import { HoldDesk } from '../../jobs/hold-desk.ts'
import { seededRandom } from '../../sandbox/simulate/seeded-random.ts'
import { callAsk, granted, type Holds, setupHolds } from '../support/holds.ts'
import { interceptStatements } from '../support/intercept-statements.ts'
import { callRecord } from '../support/usage.ts'

test('64 clients that ask at several desks at once are granted exactly what there is', async () => {
  const holds = await setupTrusted()
  await holds.credit('30')
  const desks = [holds.desk, holds.openDesk(), holds.openDesk(), holds.openDesk()]
  const seconds = await Promise.all(
    Array.from({ length: 64 }, async (_, client) => {
      const desk = desks[client % desks.length] ?? holds.desk
      let sum = 0
      for (let n = 0; ; n++) {
        const outcome = await desk.ask(
          callAsk({ requestId: `c${client}-${n}`, seconds: 1 + ((client + n) % 37) }),
        )
        if (outcome.kind !== 'granted') return sum
        sum += outcome.seconds ?? 0
      }
    }),
  )
  expect(seconds.reduce((total, one) => total + one, 0)).toBe(3_000)
  expect(await holds.moneyOf()).toMatchObject({ balance: '30.000000', held: '30.000000' })
})

const SEED = 20_260_302

test(`64 clients of a random mind never take an account below zero, but for usage that came after the end (seed ${SEED})`, async () => {
  const holds = await setupTrusted()
  for (const account of ACCOUNTS) await holds.credit('60', account)
  const desks = [holds.desk, holds.openDesk(), holds.openDesk()]
  const lateCents = new Map(ACCOUNTS.map((account) => [account, 0]))
  const retried = countStatements('rollback')
  const calls = Array.from({ length: 64 }, async (_, client) => {
    const random = seededRandom(SEED + client)
    const below = (count: number) => Math.floor(random() * count)
    for (let n = 0; n < 12; n++) {
      const account = ACCOUNTS[below(ACCOUNTS.length)] ?? 'acct_a'
      const desk = desks[below(desks.length)] ?? holds.desk
      const late = await oneCall(holds, { desk, account, id: `c${client}-${n}`, below })
      lateCents.set(account, (lateCents.get(account) ?? 0) + late)
    }
  })
  await Promise.all(calls)
  expect(retried.count).toBe(0)
  retried[Symbol.dispose]()
  holds.clock.advance(DAY_MS)
  await holds.expire()
  for (const account of ACCOUNTS) {
    expect(await holds.moneyOf(account)).toMatchObject({ held: '0.000000', openCalls: 0 })
    const least = await leastBalance(holds, account)
    expect(least).toBeGreaterThanOrEqual(BigInt(-10_000 * (lateCents.get(account) ?? 0)))
  }
  const used = await holds.db
    .selectFrom('usage_records')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .execute()
  expect(Number(used[0]?.n)).toBeGreaterThan(200)
}, 60_000)

const DAY_MS = 86_400_000
const ACCOUNTS = ['acct_a', 'acct_b']

/** Accounts without limits but their credit. */
async function setupTrusted() {
  const holds = await setupHolds()
  const limits = { concurrentCalls: 10_000, spendPerHour: parseUsd('10000'), spendPerDay: parseUsd('10000') }
  for (const account of ACCOUNTS) await holds.changePolicy({ limits, prefixCaps: [], trusted: true }, account)
  return holds
}

/**
 * A call from its ask to whatever end it takes: used twice, released, forgotten, or used after its release. Answers with the
 * cents that were used after the end.
 */
async function oneCall(
  { charge, expire }: Holds,
  {
    desk,
    account,
    id,
    below,
  }: { desk: HoldDesk; account: string; id: string; below: (count: number) => number },
): Promise<number> {
  const outcome = await desk.ask(callAsk({ account, requestId: id, seconds: 1 + below(90) }))
  if (outcome.kind !== 'granted') return 0
  let seconds = outcome.seconds ?? 0
  for (let n = below(3); n > 0; n--) {
    const more = await desk.extend({
      hold: { account, requestId: id },
      requestId: `e${n}`,
      seconds: 1 + below(40),
    })
    if (more.kind === 'granted') seconds = more.seconds ?? seconds
  }
  const usage = [callRecord({ id, account, holdId: outcome.id, durationMs: below(seconds + 1) * 1_000 })]
  const ending = below(10)
  if (ending === 0) return 0
  if (ending === 1) await expire()
  if (ending <= 2) await desk.release({ account, requestId: id })
  if (ending === 3) return 0
  const [report] = await Promise.all([charge(usage), charge([...usage, ...usage])])
  const used = Number(usage[0]?.durationMs ?? 0) / 1_000
  expect(report?.holdsRefused).toEqual([])
  return ending <= 2 ? used : 0
}

/** The least that an account ever had, by its entries. */
async function leastBalance({ db }: Holds, account: string): Promise<bigint> {
  const { rows } = await sql<{ least: bigint }>`
    select min(balance_after_micros) as least from entries where account_id = ${account}`.execute(db)
  return rows[0]?.least ?? 0n
}

/** Counts the statements of this process that begin so. */
function countStatements(beginning: string) {
  const counted = { count: 0 }
  const intercepting = interceptStatements((text) => {
    if (text.startsWith(beginning)) counted.count += 1
    return text
  })
  return Object.assign(counted, { [Symbol.dispose]: () => intercepting[Symbol.dispose]() })
}

test('an account whose holds somebody has locked holds up its own asks and no others', async () => {
  const holds = await setupHolds()
  for (const account of ACCOUNTS) await holds.credit('5', account)
  const order: string[] = []
  const locked = Promise.withResolvers<void>()
  const letGo = Promise.withResolvers<void>()
  const holder = inTransaction(holds.db, async (tx) => {
    await lockHeld(tx, ['acct_a'])
    locked.resolve()
    await letGo.promise
    order.push('let go')
  })
  await locked.promise
  const waiting = holds.desk.ask(callAsk()).then((outcome) => {
    order.push('acct_a')
    return outcome
  })
  const others = await Promise.all(
    ['r1', 'r2'].map((requestId) => holds.desk.ask(callAsk({ account: 'acct_b', requestId }))),
  )
  for (const outcome of others) granted(outcome)
  order.push('acct_b')
  letGo.resolve()
  granted(await waiting)
  await holder
  expect(order).toEqual(['acct_b', 'let go', 'acct_a'])
})

test('what is asked of a desk whose database is away is neither granted nor held', async () => {
  const { deps, credit, moneyOf } = await setupHolds()
  await credit('5')
  const away = connect({ url: 'postgres://nobody@127.0.0.1:1/nowhere', poolMax: 1, onError: () => undefined })
  const desk = new HoldDesk({ ...deps, db: away, onCrossed: () => undefined })
  const asks = ['r1', 'r2'].map((requestId) => desk.ask(callAsk({ requestId })))
  for (const ask of asks) await expect(ask).rejects.toThrow('ECONNREFUSED')
  expect(await moneyOf()).toMatchObject({ held: '0.000000' })
})

test('an account that cannot be decided about fails alone', async () => {
  const { desk, db, clock, credit } = await setupHolds()
  for (const account of ACCOUNTS) await credit('5', account)
  const broken = { account_id: 'acct_a', policy: '{"end": "never"}', updated_at: clock.now() }
  await db.insertInto('service_policies').values(broken).execute()
  const asks = ['r1', 'r2', 'r3'].flatMap((requestId) =>
    ACCOUNTS.map(async (account) => {
      try {
        return (await desk.ask(callAsk({ account, requestId }))).kind
      } catch {
        return 'failed'
      }
    }),
  )
  expect(await Promise.all(asks)).toEqual(['failed', 'granted', 'failed', 'granted', 'failed', 'granted'])
})
