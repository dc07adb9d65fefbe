import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSpool } from '../../jobs/spool.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'
import { runCommand } from '../support/run-command.ts'
import { scratchFolder } from '../support/scratch-folder.ts'
import { callRecord } from '../support/usage.ts'
import { environmentOf } from '../support/worker-process.ts'

async function spoolFolder(): Promise<string> {
  const folder = await scratchFolder('replay')
  onTestFinished(() => folder[Symbol.asyncDispose]())
  return folder.path
}

describe.each(queueBackends())('replay-spool on the $name back end', (backend) => {
  it('sends everything that was spooled; what was charged is not charged again', async () => {
    const { db, clock, config, producer, settled, startWorker } = await setupPipeline(backend)
    const dir = await spoolFolder()
    const records = Array.from({ length: 1_500 }, (_, n) =>
      callRecord({ id: `call-${n}`, durationMs: 1_000 }),
    )
    for (const part of [records.slice(0, 900), records.slice(900)]) {
      const spool = await openSpool(dir, clock)
      await spool.append(part)
      await spool.close()
      clock.advance(1)
    }
    await startWorker()
    await producer.addAll(records.slice(500, 700))
    await settled(200)

    for (const round of [1, 2]) {
      expect(await runCommand(['replay-spool', dir], environmentOf(config))).toEqual({
        exit: 0,
        stderr: '',
        stdout: `sent 1500 records of 2 files to the queue
workers charge what is not charged yet; what was charged is not charged again
`,
      })
      await settled(200 + round * 1_500)
    }

    const account = await db.selectFrom('accounts').selectAll().where('id', '=', 'acct_a').executeTakeFirst()
    expect(account).toMatchObject({ entry_seq: 1_500n, balance_micros: -15_000_000n })
  })
})

describe('replay-spool', () => {
  it('names a damaged file and its line', async () => {
    const { config } = await setupPipeline({ name: 'postgres', redisUrl: null })
    const dir = await spoolFolder()
    await writeFile(join(dir, 'usage-1.ndjson'), '{"id":1\n{"id":2}\n')

    const { exit, stdout, stderr } = await runCommand(['replay-spool', dir], environmentOf(config))

    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    expect(stderr).toContain('usage-1.ndjson: line 1 is not JSON')
  })
})
