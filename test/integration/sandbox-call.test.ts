import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { expectSoundLedger, runLocally, startDemo } from '../support/local-process.ts'
import { callApi, sandboxCustomer } from '../support/sandbox-customer.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

const ADJUST = new URL('../../scripts/adjust.ts', import.meta.url)
const POLLING = { timeout: 60_000, interval: 100 }

const CALL = {
  account: 'sunrise-solar',
  item: 'phone_call',
  kind: 'outbound',
  from: '+16025550142',
  to: '+12025550123',
}
const EMAILS = ['billing@sunrise-solar.example']

interface Grant {
  readonly id: string
  readonly expiresAt: string
  readonly warnAt: string
}

it('in the sandbox, a call lasts as long as its credit, and a recharge brings the service back', {
  timeout: 180_000,
}, async () => {
  const { ready, dataDir } = await startSandbox()
  const customer = sandboxCustomer(ready, 'sunrise-solar')
  const untilState = (state: string) =>
    vi.waitFor(async () => expect(await customer.call('/service-state')).toMatchObject({ state }), POLLING)
  const settings = { amount: '60', threshold: '10', emails: EMAILS }
  const ask = <Answer>(path: string, body: object) => callApi<Answer>(ready, path, { method: 'POST', body })
  await untilState('active')

  await customer.call('/recharge-settings', { method: 'PUT', body: { enabled: false, ...settings } })
  await adjust(dataDir, '-10.4685')
  await customer.untilBalance('0.031500')

  const hold = await ask<Grant>('/v1/holds', { requestId: 'call-1', ...CALL })
  expect(hold).toMatchObject({
    id: 'sunrise-solar.call-1',
    granted: true,
    seconds: 90,
    amount: '0.031500',
    warn: false,
  })
  expect(Date.parse(hold.expiresAt) - Date.parse(hold.warnAt)).toBe((60 + 180) * 1_000)
  const refused = { granted: false, reason: 'insufficient_funds' }
  expect(await ask(`/v1/holds/${hold.id}/extend`, { requestId: 'more-1', seconds: 60 })).toEqual(refused)
  expect(await ask('/v1/holds', { requestId: 'call-2', ...CALL })).toEqual(refused)
  const promised = { balance: '0.031500', held: '0.031500', available: '0.000000' }
  expect(await customer.call('/balance')).toMatchObject(promised)

  const ended = { id: 'call-1', ...CALL, occurredAt: '2026-11-05T14:03:07Z', durationMs: 87_400 }
  await ask('/v1/usage', { v: 1, records: [{ ...ended, holdId: hold.id }] })
  await customer.untilBalance('0.000000')
  expect(await customer.call('/balance')).toMatchObject({ held: '0.000000', service: 'stopped' })
  expect(await customer.call('/entries?limit=1')).toMatchObject({ entries: [{ amount: '-0.031500' }] })
  await untilState('stopped')

  await customer.call('/recharge-settings', { method: 'PUT', body: { enabled: true, ...settings } })
  await customer.untilBalance('60.000000')
  await customer.untilMail('Receipt: $60.00 of credit added')
  await untilState('active')
  const again = await ask('/v1/holds', { requestId: 'call-3', ...CALL })
  expect(again).toMatchObject({ granted: true, seconds: 300, amount: '0.105000', warnAt: null })
  const { events } = await callApi<{ events: { account: string; state: string }[] }>(
    ready,
    '/v1/service-events?after=0',
    {},
  )
  const states = events.filter(({ account }) => account === 'sunrise-solar').map(({ state }) => state)
  expect(states).toEqual(['active', 'stopped', 'active'])
  await expectSoundLedger(ready.ownerDatabaseUrl)
})

async function startSandbox() {
  const folder = await scratchFolder('sandbox-call')
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const dataDir = join(folder.path, 'data')
  const { ready } = await startDemo(dataDir, { args: ['--no-traffic'] })
  return { ready, dataDir }
}

async function adjust(dataDir: string, amount: string): Promise<void> {
  const decision = ['--id', 'ninety-seconds', '--reason', 'to play a call to its end', '--by', 'me']
  const args = ['--account', 'sunrise-solar', `--amount=${amount}`, ...decision, '--data', dataDir]
  expect(await runLocally(ADJUST, args).ended).toMatchObject({ exit: 0 })
}
