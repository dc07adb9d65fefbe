import { expect, test } from 'vitest'
import { HoldDesk } from '../../jobs/hold-desk.ts'
import { holdUpCommit, waitingSessions } from '../support/held-up-commit.ts'
import { callAsk, granted, setupHolds } from '../support/holds.ts'
import { settle, setupService } from '../support/service.ts'
import { callRecord } from '../support/usage.ts'

test('a charge that is being posted holds up no ask', async () => {
  const holds = await setupHolds()
  await holds.credit('5')
  const charging = await holdUpCommit(holds, () => holds.charge([callRecord({ durationMs: 100_000 })]))
  granted(await holds.desk.ask(callAsk()))
  expect(await holds.moneyOf()).toMatchObject({ balance: '5.000000', held: '0.600000' })
  charging.letGo()
  expect(await charging.done).toMatchObject({ charged: 1 })
  expect(await holds.moneyOf()).toMatchObject({ balance: '4.000000', held: '0.600000' })
})

test('what a call held is not promised again while the call is being charged', async () => {
  const holds = await setupHolds()
  await holds.credit('0.60')
  const { id } = granted(await holds.desk.ask(callAsk()))
  const usage = callRecord({ holdId: id, durationMs: 60_000, occurredAt: '2026-03-02T12:00:00Z' })
  const charging = await holdUpCommit(holds, () => holds.charge([usage]))
  const asking = holds.desk.ask(callAsk({ requestId: 'r2' }))
  await waitingSessions(holds.database.url, 2)
  charging.letGo()
  await charging.done
  expect(await asking).toEqual({ kind: 'refused', reason: 'insufficient_funds' })
  expect(await holds.moneyOf()).toEqual({ balance: '0.000000', held: '0.000000', openCalls: 0 })
})

test('a hold and a charge that do not see each other, and together leave nothing, stop service at the next sweep', async () => {
  const service = await setupService()
  const { context, move, call, events } = service
  await move('4')
  await settle(service)
  const desk = new HoldDesk({ ...context, onCrossed: () => undefined })
  const charging = await holdUpCommit(service, () => call(150))
  granted(await desk.ask(callAsk({ seconds: 300 })))
  charging.letGo()
  expect((await charging.done).toLookAt).toEqual([])
  await settle(service)
  expect(await events()).toMatchObject([
    { state: 'active' },
    { state: 'stopped', reason: 'no_credit', available: -500_000n },
  ])
})
