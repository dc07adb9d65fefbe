import { describe, expect, it } from 'vitest'
import { readSeenUntil } from '../../db/reconciliation.ts'
import { balanceOf } from '../support/ledger.ts'
import { usd } from '../support/payments.ts'
import {
  CONFIRM,
  CREATE,
  expectAtRest,
  type PaymentFaults,
  unprocessedEvents,
} from '../support/payments-faults.ts'
import { setupPaymentWorkers } from '../support/payments-workers.ts'
import { queueBackends } from '../support/queue-backends.ts'

/** Until the sweeper takes over what no queue knows of, a minute after it was opened. */
const RECOVERY = { timeout: 110_000, interval: 100 }
const TIMEOUT_MS = 150_000

const DEATHS = [
  { when: 'the payment is made and not answered', request: CREATE, fault: 'hang_after' },
  { when: 'the payment is asked for and not made', request: CREATE, fault: 'hang_before' },
  { when: 'the card is charged and it is not answered', request: CONFIRM, fault: 'hang_after' },
  { when: 'the charge is asked for and not made', request: CONFIRM, fault: 'hang_before' },
] as const

describe.each(queueBackends())('on the $name back end, a worker that is killed', (backend) => {
  it.each(DEATHS)(
    'while $when leaves a top-up that the next one brings to its end, with one charge',
    async ({ request, fault }) => {
      const { payments, spawnWorker, startScheduler, trigger } = await setupPaymentWorkers(backend)
      const { db, stripe } = payments
      await payments.registerCard()
      const hanging = stripe.faults.next(fault, request)
      const victim = spawnWorker()
      await trigger()
      await stripe.requestsSeen(request)
      victim.kill('SIGKILL')
      expect(await victim.ended).toBe('SIGKILL')
      hanging.release()

      spawnWorker()
      startScheduler()
      const settled = () => db.selectFrom('topups').select(['status']).execute()
      await expect.poll(settled, RECOVERY).toEqual([{ status: 'succeeded' }])
      await eventsAreWorked(payments)
      expect(payments.captures()).toBe(1)
      expect(await balanceOf(db)).toBe(usd('100'))
      await expectAtRest(payments)
    },
    TIMEOUT_MS,
  )

  it(
    'before the decision to recharge is committed leaves nothing, and the next one charges once',
    async () => {
      const { payments, spawnWorker, startScheduler, trigger } = await setupPaymentWorkers(backend)
      await payments.registerCard()
      const victim = spawnWorker({ at: 'in the transaction, before its commit is sent', signal: 'SIGKILL' })
      await trigger()
      expect(await victim.ended).toBe('SIGKILL')
      expect(await payments.topups()).toEqual([])

      spawnWorker()
      startScheduler()
      await expect.poll(() => payments.topups(), RECOVERY).toEqual(['succeeded'])
      await eventsAreWorked(payments)
      expect(payments.captures()).toBe(1)
      await expectAtRest(payments)
    },
    TIMEOUT_MS,
  )
})

/** Both reconciliations, the scheduler's own and the night's, have ended, and what they found is worked. */
async function eventsAreWorked({ db }: PaymentFaults): Promise<void> {
  const seenUntil = async () => (await readSeenUntil(db)) !== null
  await expect.poll(seenUntil, RECOVERY).toBe(true)
  const nights = db.selectFrom('runs').select('finished_at').where('kind', '=', 'stripe-reconciliation')
  await expect.poll(() => nights.execute(), RECOVERY).toEqual([{ finished_at: expect.any(Date) }])
  await expect.poll(() => unprocessedEvents(db), RECOVERY).toEqual([])
}
