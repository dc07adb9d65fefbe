import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { UsageProducer } from '../../jobs/usage-producer.ts'
import { UsageIngest } from '../../web/usage-ingest.ts'

/** An ingest before a queue that answers when it is told to. */
function setup() {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const asked: { records: readonly unknown[]; answer: PromiseWithResolvers<void> }[] = []
  const producer: UsageProducer = {
    add: () => Promise.reject(new Error('records come together')),
    addAll: (records) => {
      const answer = Promise.withResolvers<void>()
      asked.push({ records, answer })
      return answer.promise
    },
    close: () => Promise.resolve(),
  }
  return { ingest: new UsageIngest(producer, pino({ level: 'silent' })), asked }
}

const someRecords = (count: number) => Array.from({ length: count }, (_, id) => ({ id }))
const UNAVAILABLE = { status: 503, headers: { 'retry-after': '5' } }

describe('usage is', () => {
  test('stored when the queue says so', async () => {
    const { ingest, asked } = setup()
    const storing = ingest.store(someRecords(2))
    asked[0]?.answer.resolve()
    await expect(storing).resolves.toBeUndefined()
    expect(asked[0]?.records).toEqual(someRecords(2))
  })

  test('to be sent again when the queue refuses it', async () => {
    const { ingest, asked } = setup()
    const storing = ingest.store(someRecords(1))
    asked[0]?.answer.reject(new Error('READONLY'))
    await expect(storing).rejects.toMatchObject(UNAVAILABLE)
  })

  test('to be sent again when the queue does not answer', async () => {
    const { ingest } = setup()
    const storing = expect(ingest.store(someRecords(1))).rejects.toMatchObject(UNAVAILABLE)
    await vi.advanceTimersByTimeAsync(10_000)
    await storing
  })

  test('refused at once while too much waits for the queue, until that was answered', async () => {
    const { ingest, asked } = setup()
    const waiting = Array.from({ length: 5 }, () =>
      expect(ingest.store(someRecords(10_000))).rejects.toMatchObject(UNAVAILABLE),
    )
    await vi.advanceTimersByTimeAsync(10_000)
    await Promise.all(waiting)
    await expect(ingest.store(someRecords(1))).rejects.toMatchObject(UNAVAILABLE)
    expect(asked).toHaveLength(5)

    asked[0]?.answer.resolve()
    await vi.advanceTimersByTimeAsync(0)
    const storing = ingest.store(someRecords(1))
    asked[5]?.answer.resolve()
    await expect(storing).resolves.toBeUndefined()
  })
})
