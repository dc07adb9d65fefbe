import { describe, expect, test } from 'vitest'
import { enqueue } from '../../db/outbox.ts'
import { inTransaction } from '../../db/transaction.ts'
import { withClient } from '../support/pg-client.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { callRecord } from '../support/usage.ts'
import { type Json, setupWeb, type Web } from '../support/web.ts'

const anOutboxJob = (id: string) => ({
  id: `00000000-0000-4000-8000-00000000000${id}`,
  account: 'acct_a',
  job: 'recharge-account',
  payload: { v: 1, account: 'acct_a' },
})

async function readiness({ send }: Pick<Web, 'send'>) {
  const answer = await send('/readyz', { headers: { authorization: '' } })
  const body: Json = await answer.json()
  return { status: answer.status, body }
}

test('a process is healthy as soon as it answers', async () => {
  const { send } = await setupWeb()
  const answer = await send('/healthz', { headers: { authorization: '' } })
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }])
})

describe('a process is', () => {
  test.each(queueBackends())('ready with its queues on $name', async (backend) => {
    const alone = 'entries are protected by their trigger alone: this login has the right to change them'
    const notes = backend.name === 'redis' ? [] : [alone]
    expect(await readiness(await setupWeb(backend))).toEqual({
      status: 200,
      body: { status: 'ready', notes },
    })
  })

  test('not ready while a migration is missing', async () => {
    const web = await setupWeb()
    await renameMigration(web, { from: '0001-ledger', to: '0000-other' })
    expect(await readiness(web)).toMatchObject({
      status: 503,
      body: {
        type: '/problems/not-ready',
        faults: [expect.stringMatching(/^migrations are missing: 0001-ledger/)],
      },
    })
    await renameMigration(web, { from: '0000-other', to: '0001-ledger' })
    expect((await readiness(web)).status).toBe(200)
  })

  test('ready while a deploy has migrated the schema ahead of it, and says so', async () => {
    const web = await setupWeb()
    const later = `insert into kysely_migration values ('9999-later', '2026-01-01')`
    await withClient(web.database.ownerUrl, (client) => client.query(later))
    expect(await readiness(web)).toMatchObject({
      status: 200,
      body: { notes: ['the schema has 9999-later, which is newer than this build'] },
    })
  })

  test('not ready when follow-up work has waited for more than five minutes', async () => {
    const web = await setupWeb()
    await inTransaction(web.db, (tx) => enqueue(tx, [anOutboxJob('1')], web.clock.now()))

    web.clock.advance(5 * 60_000)
    expect((await readiness(web)).status).toBe(200)
    web.clock.advance(1)
    expect(await readiness(web)).toMatchObject({
      status: 503,
      body: { detail: 'follow-up work has waited for more than 5 minutes: no worker or scheduler does it' },
    })
  })
})

async function renameMigration(
  { database }: Awaited<ReturnType<typeof setupWeb>>,
  { from, to }: { from: string; to: string },
): Promise<void> {
  const rename = `update kysely_migration set name = '${to}' where name = '${from}'`
  await withClient(database.ownerUrl, (client) => client.query(rename))
}

describe('metrics', () => {
  test.each(queueBackends())(
    'show the pipeline, the requests and the process, queues on $name',
    async (backend) => {
      const web = await setupWeb(backend)
      await web.charge([
        callRecord(),
        callRecord({ id: 'other' }),
        callRecord({ id: 'no', to: '+19005550100' }),
        { id: 'x' },
      ])
      await web.post('/v1/usage', JSON.stringify({ v: 1, records: [callRecord({ id: 'queued' })] }))
      await inTransaction(web.db, (tx) => enqueue(tx, [anOutboxJob('1'), anOutboxJob('2')], web.clock.now()))
      web.clock.advance(90_000)

      const answer = await web.send('/metrics', { headers: { authorization: '' } })
      expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
      const lines = (await answer.text()).split('\n')
      expect(lines).toEqual(
        expect.arrayContaining([
          'ringledger_readable{part="database"} 1',
          'ringledger_readable{part="queues"} 1',
          'ringledger_entries_posted_total 2',
          'ringledger_unrated_usage{reason="destination_blocked"} 1',
          'ringledger_unrated_usage{reason="invalid_record"} 1',
          'ringledger_outbox_owed 2',
          'ringledger_outbox_oldest_owed_seconds 90',
          expect.stringMatching(/^ringledger_queue_jobs\{queue="usage-[01]",state="waiting"\} 1$/),
          'ringledger_queue_jobs{queue="recharge",state="failed"} 0',
          'ringledger_http_request_duration_seconds_count{method="POST",route="/v1/usage",status="202"} 1',
          expect.stringMatching(/^nodejs_eventloop_lag_p99_seconds /),
          expect.stringMatching(/^process_resident_memory_bytes /),
        ]),
      )
      expect(lines.some((line) => line.startsWith('ringledger_redis_used_bytes'))).toBe(
        backend.name === 'redis',
      )
    },
  )
})
