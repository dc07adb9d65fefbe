import { describe, expect, it } from 'vitest'
import { balanceOf } from '../support/ledger.ts'
import { usd } from '../support/payments.ts'
import { expectAtRest } from '../support/payments-faults.ts'
import { setupPaymentWorkers } from '../support/payments-workers.ts'
import { queueBackends } from '../support/queue-backends.ts'

const POLLING = { timeout: 25_000, interval: 50 }
const TIMEOUT_MS = 60_000

describe.each(queueBackends().slice(0, 1))('on the $name back end', (backend) => {
  it(
    'a hundred triggers that two worker processes share, and a Pay now in their midst, charge once',
    async () => {
      const { payments, spawnWorker, trigger } = await setupPaymentWorkers(backend)
      const { db, stripe } = payments
      await payments.registerCard()
      const workers = [spawnWorker(), spawnWorker()]
      await Promise.all(workers.map((worker) => worker.line('worker ready')))

      const [clicked] = await Promise.all([payments.payNow('100'), trigger(50), trigger(50)])

      expect(['topup', 'open']).toContain(clicked.kind)
      const decisions = () =>
        workers.map(({ lines }) => lines.filter(({ msg }) => msg === 'recharge decided').length)
      const total = () => decisions().reduce((sum, one) => sum + one, 0)
      await expect.poll(total, POLLING).toBeGreaterThanOrEqual(100)
      const open = () => db.selectFrom('topups').select('id').where('settled_at', 'is', null).execute()
      await expect.poll(open, POLLING).toEqual([])
      expect(Math.min(...decisions()), 'decisions of the idler process').toBeGreaterThan(0)
      expect(payments.captures()).toBe(1)
      expect(stripe.state.paymentIntents.size).toBe(1)
      expect(await balanceOf(db)).toBe(usd('100'))
      await expectAtRest(payments)
    },
    TIMEOUT_MS,
  )
})
