import { describe, expect, it } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { adjust } from '../../db/corrections.ts'
import { inTransaction } from '../../db/transaction.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { callRecord } from '../support/usage.ts'

describe.each(queueBackends())('usage on the $name back end', (backend) => {
  it('travels from the producer through the queue to one debit each', async () => {
    const { db, producer, startWorker, settled } = await setupPipeline(backend)
    await startWorker()
    const records = Array.from({ length: 2_500 }, (_, n) =>
      callRecord({ id: `call-${n}`, account: n % 2 ? 'acct_a' : 'acct_b', durationMs: 1_000 }),
    )
    await producer.addAll(records)
    await settled(2_500)
    const accounts = await db
      .selectFrom('accounts')
      .select(['id', 'balance_micros', 'entry_seq'])
      .orderBy('id')
      .execute()
    expect(accounts).toEqual([
      { id: 'acct_a', balance_micros: -12_500_000n, entry_seq: 1_250n },
      { id: 'acct_b', balance_micros: -12_500_000n, entry_seq: 1_250n },
    ])
  })

  it('is charged once when two workers get the same records at the same time', async () => {
    const { db, producer, startWorker, settled } = await setupPipeline(backend)
    const records = Array.from({ length: 300 }, (_, n) => callRecord({ id: `call-${n}`, durationMs: 1_000 }))
    for (let copy = 0; copy < 4; copy++) await producer.addAll(records)
    await Promise.all([startWorker(), startWorker()])
    await settled(1_200)
    const account = await db.selectFrom('accounts').selectAll().where('id', '=', 'acct_a').executeTakeFirst()
    expect(account).toMatchObject({ entry_seq: 300n, balance_micros: -3_000_000n })
  })

  it('that cannot be priced is kept with its reason and never holds up the rest', async () => {
    const { db, producer, startWorker, settled } = await setupPipeline(backend)
    await startWorker()
    const bad = [
      callRecord({ id: 'no-rate', item: 'phone_number', kind: 'purchase', durationMs: null, to: '12345' }),
      callRecord({ id: 'blocked', to: '+19005550100' }),
      callRecord({ id: 'negative', durationMs: -1 }),
      callRecord({ id: 'half', durationMs: 1.5 }),
      callRecord({ id: 'huge', durationMs: 1e15 }),
      callRecord({ id: 'future', occurredAt: '2027-01-01T00:00:00Z' }),
      callRecord({ id: 'ancient', occurredAt: '1999-12-31T23:59:59Z' }),
      callRecord({ id: 'no-account', account: 'nobody' }),
      callRecord({ id: 'renewal', item: 'phone_number', kind: 'renewal', durationMs: null }),
      callRecord({ id: 'bad id' }),
      callRecord({ id: 'x'.repeat(129) }),
      'not an object',
      null,
    ]
    await producer.addAll([callRecord({ id: 'good-1' }), ...bad, callRecord({ id: 'good-2' })])
    await settled(bad.length + 2)
    const kept = await db.selectFrom('unrated_usage').select(['record_id', 'reason', 'message']).execute()
    expect(Object.fromEntries(kept.map((row) => [row.record_id, row.reason]))).toMatchObject({
      'no-rate': 'no_rate',
      blocked: 'destination_blocked',
      negative: 'invalid_record',
      half: 'invalid_record',
      huge: 'invalid_record',
      future: 'occurs_in_future',
      ancient: 'invalid_record',
      'no-account': 'unknown_account',
      renewal: 'invalid_record',
    })
    expect(kept).toHaveLength(bad.length)
    const messages = kept.map(({ message }) => message)
    expect(messages).toContain('durationMs must be an integer from 0 to 2147483647')
    expect(messages).toContain('occurredAt must lie in the years 2000 to 2999')
    expect(messages).toContain('record must be a JSON object')
    expect(await db.selectFrom('entries').select('source').orderBy('source').execute()).toEqual([
      { source: 'usage/good-1' },
      { source: 'usage/good-2' },
    ])
  })

  it('in a job of 1001 records is kept, record by record, with the rule that the job broke', async () => {
    const { db, queue, logged, startWorker } = await setupPipeline(backend)
    await startWorker()
    const records = Array.from({ length: 1_001 }, (_, n) => callRecord({ id: `call-${n}` }))
    await queue.add('charge-usage', { v: 1, records })
    await logged.line('job done')
    const kept = await db.selectFrom('unrated_usage').select(['reason', 'message']).execute()
    expect(kept).toHaveLength(1_001)
    expect(kept[0]).toMatchObject({ reason: 'invalid_job', message: expect.stringContaining('records: ') })
  })

  it('in a job of an unknown version is put back and reported, never guessed', async () => {
    const { db, queue, logged, startWorker } = await setupPipeline(backend)
    await startWorker()
    await queue.add('charge-usage', { v: 2, records: [callRecord()] })
    expect(await logged.line('job failed')).toMatchObject({ err: { code: 'unknown_version' } })
    await expect.poll(() => queue.getJobCounts('delayed')).toEqual({ delayed: 1 })
    expect(await db.selectFrom('unrated_usage').selectAll().execute()).toEqual([])
  })

  it('below the recharge threshold leads to one recharge job, which notes the need', async () => {
    const { db, clock, producer, logged, startWorker, settled } = await setupPipeline(backend)
    await inTransaction(db, (tx) =>
      adjust(
        tx,
        { account: 'acct_a', id: 'credit', amount: parseUsd('10.5'), reason: 'credit', postedBy: 'test' },
        clock.now(),
      ),
    )
    await startWorker()
    await producer.addAll([callRecord({ id: '1' }), callRecord({ id: '2' })])
    await settled(2)
    expect(await logged.line('account needs a recharge')).toMatchObject({ account: 'acct_a' })
    const owed = await db.selectFrom('outbox').select(['account_id', 'hand_overs', 'done_at']).execute()
    expect(owed).toEqual([{ account_id: 'acct_a', hand_overs: 1, done_at: clock.now() }])
    const account = await db
      .selectFrom('accounts')
      .select('recharge_needed_at')
      .where('id', '=', 'acct_a')
      .executeTakeFirst()
    expect(account?.recharge_needed_at).toEqual(clock.now())
  })
})
