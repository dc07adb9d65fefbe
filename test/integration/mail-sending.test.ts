import { describe, expect, it } from 'vitest'
import type { Mailer } from '../../clients/send-grid.ts'
import type { SendOutcome } from '../../clients/send-grid-outcome.ts'
import { systemNewId } from '../../config/clock.ts'
import { intendMail } from '../../db/mails.ts'
import { inTransaction } from '../../db/transaction.ts'
import { FAILED, RECEIPT, setupMails } from '../support/mails.ts'

const MINUTE_MS = 60_000

/** Answers each send with the next outcome; throws where that is null, as a worker that dies there. */
function scripted(outcomes: readonly (SendOutcome | null)[]): Mailer & { readonly resends: boolean[] } {
  const resends: boolean[] = []
  return {
    resends,
    send: ({ isResend }) => {
      const outcome = outcomes[resends.push(isResend) - 1]
      return outcome ? Promise.resolve(outcome) : Promise.reject(new Error('the worker died'))
    },
  }
}

const UNKNOWN: SendOutcome = { kind: 'unknown', why: 'no answer' }
const ACCEPTED: SendOutcome = { kind: 'accepted', providerId: 'abc' }

describe('an owed mail', () => {
  it('is sent to its addresses with the ids that events find it by, and untracked', async () => {
    const { owe, run, stored, fake } = await setupMails()
    const recipients = ['owner@example.com', 'OWNER@example.com', 'books@example.com']
    const key = await owe('recharge_failed', FAILED, { recipients })
    await run(key)
    expect(await stored(key)).toMatchObject({ state: 'accepted', tries: 1, nextTryAt: null, detail: null })
    expect(fake.mails).toHaveLength(1)
    expect(fake.mails[0]).toMatchObject({
      to: ['OWNER@example.com', 'books@example.com'],
      subject: 'Your automatic recharge of $75.00 failed',
      customArgs: { account: 'acct_a', mail: key.mail },
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  })

  it('is written once per event and template', async () => {
    const { owe, db } = await setupMails()
    await owe('recharge_failed', FAILED, { event: 'topup/1' })
    await owe('recharge_failed', FAILED, { event: 'topup/1' })
    await owe('receipt', RECEIPT, { event: 'topup/1' })
    await owe('receipt', RECEIPT, { event: 'topup/1', account: 'acct_b' })
    expect(await db.selectFrom('mails').select('template').execute()).toHaveLength(3)
  })

  it('without recipients is suppressed and never sent', async () => {
    const { owe, run, stored, fake } = await setupMails()
    const key = await owe('recharge_failed', FAILED, { recipients: [] })
    await run(key)
    expect(await stored(key)).toMatchObject({ state: 'suppressed', detail: 'no recipients' })
    expect(fake.mails).toEqual([])
  })

  it('is sent once by a job that runs twice, and by two at the same time', async () => {
    const { owe, run, fake } = await setupMails()
    const key = await owe('recharge_failed', FAILED)
    await Promise.all([run(key), run(key)])
    await run(key)
    expect(fake.mails).toHaveLength(1)
  })

  it('waits while no provider is configured', async () => {
    const { owe, run, stored, clock, fake } = await setupMails()
    const key = await owe('recharge_failed', FAILED)
    await run(key, null)
    expect(await stored(key)).toMatchObject({ state: 'owed', tries: 0 })
    clock.advance(6 * MINUTE_MS)
    await run(key)
    expect(fake.mails).toHaveLength(1)
  })

  it('is written whatever a name in it holds', async () => {
    const { owe, run, fake } = await setupMails()
    await run(await owe('receipt', { ...RECEIPT, requestedBy: 'Z\u0000o\ud800\r\n<b>\\u0000' }))
    expect(fake.mails[0]?.text).toContain('Paid by: Zo\ufffd <b>\\u0000\n')
  })

  it('that is only to be written down is suppressed with the reason', async () => {
    const { db, clock } = await setupMails()
    const mail = { account: 'acct_a', template: 'receipt', event: 'e', recipients: ['a@b.co'] } as const
    const silent = { ...mail, content: RECEIPT, silentBecause: 'it was told before' }
    await inTransaction(db, (tx) => intendMail(tx, silent, { newId: systemNewId, now: clock.now() }))
    const stored = await db.selectFrom('mails').select(['state', 'detail']).execute()
    expect(stored).toEqual([{ state: 'suppressed', detail: 'it was told before' }])
  })

  it.each([
    ['whose content does not fit its template is parked', 'receipt', 'parked'],
    ['of a template that this build does not know waits for a newer one', 'weather', 'owed'],
  ])('%s', async (_rule, template, state) => {
    const { run, stored, db, clock, fake } = await setupMails()
    const key = { account: 'acct_a', mail: systemNewId() }
    const row = { account_id: key.account, id: key.mail, template, event: 'e', recipients: ['a@b.co'] }
    const times = { created_at: clock.now(), next_try_at: clock.now() }
    await db
      .insertInto('mails')
      .values({ ...row, ...times, content: '{"amount":5}' })
      .execute()
    await run(key)
    expect(await stored(key)).toMatchObject({ state, detail: expect.stringContaining('template') })
    expect(fake.mails).toEqual([])
  })
})

describe('a provider that', () => {
  it('has no room is left alone as long as it says, and the send does not count', async () => {
    const { owe, run, stored, clock, fake } = await setupMails()
    const key = await owe('recharge_failed', FAILED)
    fake.faults.next({ kind: 'rate_limit', resetSeconds: 1_200 })
    await run(key)
    expect(await stored(key)).toMatchObject({
      state: 'owed',
      tries: 0,
      detail: expect.stringContaining('429'),
    })
    clock.advance(1_199_000)
    await run(key)
    expect(fake.mails).toEqual([])
    clock.advance(1_000)
    await run(key)
    expect(fake.mails).toHaveLength(1)
    expect(fake.mails[0]?.headers).not.toHaveProperty('X-Ringledger-Resend')
  })

  it('answers 500 or 502 is tried again after waits that double', async () => {
    const { owe, run, stored, clock, fake } = await setupMails()
    const key = await owe('receipt', RECEIPT)
    fake.faults.next({ kind: 'server_error' }, 3)
    fake.faults.next({ kind: 'bad_gateway' }, 3)
    const waits: number[] = []
    while (fake.mails.length === 0) {
      await run(key)
      const { nextTryAt } = await stored(key)
      if (nextTryAt === null) break
      waits.push((nextTryAt.getTime() - clock.now().getTime()) / 1_000)
      clock.set(nextTryAt.toISOString())
    }
    // A lease of one minute beyond what the mail has waited, which is at least half a minute.
    expect(waits).toEqual([90, 150, 300, 600, 1_200, 2_400])
    expect(await stored(key)).toMatchObject({ state: 'accepted', tries: 1, detail: null })
  })

  it('refuses the mail has it parked, with its words for a person', async () => {
    const { owe, run, stored, db, clock, fake, logged } = await setupMails()
    const key = await owe('recharge_failed', FAILED, { recipients: ['no address'] })
    await run(key)
    const parked = { state: 'parked', nextTryAt: null, detail: expect.stringContaining('valid address') }
    expect(await stored(key)).toMatchObject(parked)
    expect(await logged.line('mail parked')).toMatchObject({ level: 50, ...key })
    expect(await db.selectFrom('findings').selectAll().execute()).toMatchObject([
      { kind: 'mail_parked', subject: `acct_a/${key.mail}`, account_id: 'acct_a', closed_at: null },
    ])
    clock.advance(60 * MINUTE_MS)
    await run(key)
    expect(fake.mails).toEqual([])
  })

  it('refuses the key leaves the mail owed and alerts', async () => {
    const { owe, run, stored, clock, fake, logged } = await setupMails()
    const key = await owe('recharge_failed', FAILED)
    fake.faults.next({ kind: 'forbidden' })
    await run(key)
    expect(await stored(key)).toMatchObject({ state: 'owed', tries: 0 })
    expect(await logged.line('mail provider refuses the key: mails wait')).toMatchObject({
      level: 50,
      ...key,
    })
    clock.advance(6 * MINUTE_MS)
    await run(key)
    expect(fake.mails).toHaveLength(1)
  })

  it('takes the mail but loses its answer gets it once more, marked, and no third time', async () => {
    const { owe, run, stored, clock, fake, logged } = await setupMails()
    const key = await owe('recharge_failed', FAILED)
    fake.faults.next({ kind: 'drop_answer' }, 5)
    await run(key)
    expect(await stored(key)).toMatchObject({ state: 'sending', tries: 1 })
    await run(key)
    expect(fake.mails).toHaveLength(1)
    clock.advance(11 * MINUTE_MS)
    await run(key)
    expect((await stored(key)).state).toBe('parked')
    clock.advance(11 * MINUTE_MS)
    await run(key)
    const repetition = [undefined, '1']
    expect(fake.mails.map(({ customArgs }) => customArgs['resend'])).toEqual(repetition)
    expect(fake.mails.map(({ headers }) => headers['X-Ringledger-Resend'])).toEqual(repetition)
    expect(fake.mails[0]?.subject).toBe(fake.mails[1]?.subject)
    expect(await stored(key)).toMatchObject({ state: 'parked', detail: expect.stringContaining('2 sends') })
    await logged.line('mail parked')
  })
})

describe('a worker that dies', () => {
  it('before it calls the provider: the mail is sent later, once, marked as a repetition', async () => {
    const { owe, run, stored, clock, fake } = await setupMails()
    const key = await owe('recharge_failed', FAILED)
    await expect(run(key, scripted([null]))).rejects.toThrow('the worker died')
    await run(key)
    expect(fake.mails).toEqual([])
    clock.advance(10 * MINUTE_MS)
    await run(key)
    expect(fake.mails).toHaveLength(1)
    expect(await stored(key)).toMatchObject({ state: 'accepted', tries: 2 })
  })

  it.each<[string, (SendOutcome | null)[], { sends: boolean[]; state: string }]>([
    ['twice', [null, null, ACCEPTED], { sends: [false, true], state: 'parked' }],
    ['and then gets no answer', [null, UNKNOWN, ACCEPTED], { sends: [false, true], state: 'parked' }],
    ['after no answer came', [UNKNOWN, null, ACCEPTED], { sends: [false, true], state: 'parked' }],
    [
      'and is told to try later',
      [null, { kind: 'try_later', afterMs: null, why: '503' }, ACCEPTED, ACCEPTED],
      { sends: [false, true, true], state: 'accepted' },
    ],
    [
      'and is refused',
      [null, { kind: 'refused', why: '400' }, ACCEPTED],
      { sends: [false, true], state: 'parked' },
    ],
  ])('%s: at most one send more than those that surely came to nothing', async (_how, outcomes, after) => {
    const { owe, run, stored, clock } = await setupMails()
    const key = await owe('receipt', RECEIPT)
    const mailer = scripted(outcomes)
    for (let n = 0; n < outcomes.length + 2; n++) {
      await run(key, mailer).catch((error) => expect(error).toMatchObject({ message: 'the worker died' }))
      clock.advance(90 * MINUTE_MS)
    }
    expect(mailer.resends).toEqual(after.sends)
    expect((await stored(key)).state).toBe(after.state)
  })

  it.each<SendOutcome>([
    { kind: 'try_later', afterMs: null, why: 'too late' },
    { kind: 'refused', why: 'too late' },
    UNKNOWN,
  ])('is overtaken: its late answer %j does not decide about the repetition', async (lateOutcome) => {
    const { owe, run, stored, clock } = await setupMails()
    const key = await owe('receipt', RECEIPT)
    const first = slowMailer()
    const second = slowMailer()
    const firstRun = run(key, first)
    await first.called
    clock.advance(12 * MINUTE_MS)
    const secondRun = run(key, second)
    await second.called
    const underWay = await stored(key)
    first.answer(lateOutcome)
    await firstRun
    expect(await stored(key)).toEqual(underWay)
    second.answer(ACCEPTED)
    await secondRun
    expect(await stored(key)).toMatchObject({ state: 'accepted', tries: 2 })
  })

  it('is overtaken: its late acceptance saves the mail', async () => {
    const { owe, run, stored, clock } = await setupMails()
    const key = await owe('receipt', RECEIPT)
    const first = slowMailer()
    const firstRun = run(key, first)
    await first.called
    clock.advance(12 * MINUTE_MS)
    await run(key, scripted([{ kind: 'try_later', afterMs: null, why: '503' }]))
    first.answer(ACCEPTED)
    await firstRun
    expect(await stored(key)).toMatchObject({ state: 'accepted', nextTryAt: null })
  })
})

/** Answers when told to. */
function slowMailer() {
  const called = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<SendOutcome>()
  const send = () => {
    called.resolve()
    return answered.promise
  }
  return { send, called: called.promise, answer: answered.resolve }
}
