import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MailEvent, recordMailEvents } from '../../db/mail-events.ts'
import type { MailKey } from '../../db/mails.ts'
import { RECEIPT, setupMails } from '../support/mails.ts'

const SENT = new Date('2026-03-02T12:00:00Z')
const UNKNOWN_MAIL = '00000000-0000-4000-8000-000000000009'

let ids = 0
function event(key: MailKey | null, kind: string, fields: Partial<MailEvent> = {}): MailEvent {
  return { id: `event-${++ids}`, key, kind, reason: null, happenedAt: SENT, ...fields }
}

async function setupSent() {
  const mails = await setupMails()
  const key = await mails.owe('receipt', RECEIPT)
  await mails.run(key)
  const apply = (events: readonly MailEvent[]) => recordMailEvents(mails.db, events, mails.clock.now())
  return { ...mails, key, apply }
}

describe('an event', () => {
  it.each([
    ['processed', 'accepted', null],
    ['deferred', 'accepted', null],
    ['delivered', 'delivered', null],
    ['spamreport', 'delivered', 'reported as spam'],
    ['dropped', 'dropped', 'dropped: Bounced Address'],
    ['bounce', 'bounced', 'bounce: Bounced Address'],
    ['open', 'accepted', null],
    ['an event of tomorrow', 'accepted', null],
  ])('%s leaves a sent mail %s', async (kind, state, detail) => {
    const { key, apply, stored, db } = await setupSent()
    expect(await apply([event(key, kind, { reason: 'Bounced Address' })])).toBe(1)
    expect(await stored(key)).toMatchObject({ state, detail })
    const kept = await db.selectFrom('mail_events').selectAll().execute()
    expect(kept).toMatchObject([{ account_id: 'acct_a', mail_id: key.mail, event: kind, happened_at: SENT }])
  })

  it('that comes fifty times at the same time is kept once', async () => {
    const { key, apply, db } = await setupSent()
    const delivered = event(key, 'delivered')
    const stored = await Promise.all(Array.from({ length: 25 }, () => apply([delivered, delivered])))
    expect(stored.reduce((sum, count) => sum + count)).toBe(1)
    expect(await db.selectFrom('mail_events').select('id').execute()).toHaveLength(1)
  })

  it('of no mail of ours is kept without effect', async () => {
    const { key, apply, stored, db } = await setupSent()
    const foreign = [null, { ...key, mail: UNKNOWN_MAIL }, { account: 'acct_b', mail: key.mail }]
    expect(await apply(foreign.map((other) => event(other, 'bounce')))).toBe(3)
    expect((await stored(key)).state).toBe('accepted')
    expect(await db.selectFrom('mail_events').select('id').execute()).toHaveLength(3)
  })

  it('that shows a mail was taken saves it from being sent again', async () => {
    const { owe, run, stored, clock, fake, apply } = await setupSent()
    const key = await owe('receipt', RECEIPT)
    fake.faults.next({ kind: 'drop_answer' })
    await run(key)
    expect(await stored(key)).toMatchObject({ state: 'sending', detail: expect.any(String) })
    await apply([event(key, 'processed')])
    expect(await stored(key)).toMatchObject({ state: 'accepted', nextTryAt: null, detail: null })
    clock.advance(3_600_000)
    await run(key)
    expect(fake.mails).toHaveLength(2)
  })

  it('does not bring back a mail that nobody was to get', async () => {
    const { owe, stored, apply } = await setupSent()
    const key = await owe('receipt', RECEIPT, { recipients: [] })
    await apply([event(key, 'delivered')])
    expect((await stored(key)).state).toBe('suppressed')
  })

  it('with a long reason and a NUL is kept', async () => {
    const { key, apply, stored } = await setupSent()
    await apply([event(key, 'bounce', { reason: `\u0000${'x'.repeat(2_000)}` })])
    expect((await stored(key)).detail).toHaveLength(500)
  })
})

it('events in any order and any batches leave a mail in the same state', async () => {
  const { owe, run, apply, stored } = await setupSent()
  const kinds = ['processed', 'deferred', 'delivered', 'dropped', 'bounce', 'spamreport']
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(kinds, { minLength: kinds.length }),
      fc.integer({ min: 1, max: kinds.length }),
      async (order, size) => {
        const key = await owe('receipt', RECEIPT)
        await run(key)
        const events = order.map((kind) => event(key, kind))
        for (let start = 0; start < events.length; start += size) {
          await apply(events.slice(start, start + size))
        }
        expect(await stored(key)).toMatchObject({ state: 'bounced', detail: 'bounce' })
      },
    ),
    { numRuns: 20 },
  )
})

it('batches that cross each other never block each other for good', async () => {
  const { owe, apply } = await setupSent()
  const keys = await Promise.all(Array.from({ length: 20 }, () => owe('receipt', RECEIPT)))
  const batch = (kind: string, order: readonly MailKey[]) => apply(order.map((key) => event(key, kind)))
  const counts = await Promise.all([
    batch('processed', keys),
    batch('delivered', keys.toReversed()),
    batch('bounce', keys),
    batch('deferred', keys.toReversed()),
  ])
  expect(counts).toEqual([20, 20, 20, 20])
})
