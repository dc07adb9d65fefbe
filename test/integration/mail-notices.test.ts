import { describe, expect, it } from 'vitest'
import { findFixLink, useFixLink } from '../../db/fix-links.ts'
import { claimOwedMails, type MailKey } from '../../db/mails.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { Fault } from '../../sandbox/fake-sendgrid/faults.ts'
import { FAILED, LOW, PUBLIC_URL, RECEIPT, setupMails } from '../support/mails.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

describe('a notice', () => {
  it('of what is no longer so is dropped, with the reason', async () => {
    const { owe, run, stored, setFailing, fake } = await setupMails()
    const key = await owe('recharge_failed', FAILED)
    await setFailing(null)
    await run(key)
    expect(await stored(key)).toMatchObject({
      state: 'dropped',
      nextTryAt: null,
      detail: 'stale: the recharge no longer fails',
    })
    expect(fake.mails).toEqual([])
  })

  it('is dropped after three days, and a receipt never', async () => {
    const { owe, run, stored, clock, fake } = await setupMails()
    const failed = await owe('recharge_failed', FAILED)
    const receipt = await owe('receipt', RECEIPT)
    clock.advance(4 * DAY_MS)
    await run(failed)
    await run(receipt)
    expect((await stored(failed)).state).toBe('dropped')
    expect((await stored(receipt)).state).toBe('accepted')
    expect(fake.mails.map(({ subject }) => subject)).toEqual(['Receipt: $75.00 of credit added'])
  })
})

describe('three notices that an account is owed', () => {
  it('go out as one digest, by whichever is sent first', async () => {
    const { owe, run, stored, db, clock, fake } = await setupMails()
    const keys: MailKey[] = []
    for (const level of ['10.000000', '5.000000']) {
      keys.push(await owe('low_balance', { ...LOW, level }))
      clock.advance(MINUTE_MS)
    }
    keys.push(await owe('recharge_failed', FAILED, { recipients: ['new@example.com'] }))
    const stale = await owe('recharge_recovered', {
      amount: '75',
      card: null,
      balance: '9',
      at: FAILED.failedAt,
    })
    const receipt = await owe('receipt', RECEIPT)
    const other = await owe('recharge_failed', FAILED, { account: 'acct_b' })
    for (const key of [...keys, stale, receipt, other]) await run(key)

    const digest = await db
      .selectFrom('mails')
      .select(['id', 'state', 'recipients'])
      .where('template', '=', 'digest')
      .executeTakeFirstOrThrow()
    expect(digest).toMatchObject({ state: 'accepted', recipients: ['new@example.com'] })
    for (const key of keys) {
      expect(await stored(key)).toMatchObject({ state: 'dropped', detail: `in digest ${digest.id}` })
    }
    expect(await stored(stale)).toMatchObject({ state: 'dropped', detail: 'stale: the recharge fails again' })
    expect(fake.mails.map(({ subject }) => subject)).toEqual([
      '3 notices about your credit',
      'Receipt: $75.00 of credit added',
      'Your automatic recharge of $75.00 failed',
    ])
    expect(fake.mails[0]?.text).toMatch(/or less[\s\S]*or less[\s\S]*recharge of \$75\.00 failed/)
    expect(fake.mails[0]?.text).toContain(`${PUBLIC_URL}/fix/`)
  })

  it.each<[string, Fault[], string]>([
    ['has no answer', [{ kind: 'drop_answer' }], 'sending'],
    ['had none and was put off', [{ kind: 'drop_answer' }, { kind: 'server_error' }], 'owed'],
  ])('leave out one whose send %s: it may have been sent already', async (_which, faults, state) => {
    const { owe, run, stored, clock, fake } = await setupMails()
    const sent = await owe('recharge_failed', FAILED)
    for (const fault of faults) {
      fake.faults.next(fault)
      await run(sent)
      clock.advance(13 * MINUTE_MS)
    }
    expect(await stored(sent)).toMatchObject({ state, tries: 1 })
    for (const level of ['10.000000', '5.000000']) await owe('low_balance', { ...LOW, level })
    await run(sent)
    expect(await stored(sent)).toMatchObject({ state: 'accepted', tries: 2 })
    expect(fake.mails.map(({ customArgs }) => customArgs['mail'])).toEqual([sent.mail, sent.mail])
  })

  it('become one digest when their jobs run at the same time', async () => {
    const { owe, run, fake } = await setupMails()
    const keys = await Promise.all(
      ['10.000000', '5.000000', '0.000000', '20.000000'].map((level) =>
        owe('low_balance', { ...LOW, level, balance: '-1' }),
      ),
    )
    await Promise.all(keys.map((key) => run(key)))
    expect(fake.mails.length).toBeLessThanOrEqual(2)
    const told = fake.mails.map(({ text }) => text).join('')
    expect(told.match(/^Credit: /gm)).toHaveLength(keys.length)
  })
})

it('an account gets at most ten mails in any hour; the others wait', async () => {
  const { owe, run, clock, fake } = await setupMails()
  const keys: MailKey[] = []
  for (let n = 0; n < 14; n++) keys.push(await owe('receipt', RECEIPT))
  for (const key of keys) {
    await run(key)
    clock.advance(MINUTE_MS)
  }
  expect(fake.mails).toHaveLength(10)
  const sentAt = () => fake.mails.map(({ acceptedAt }) => Date.parse(acceptedAt))
  for (let minute = 0; minute < 90; minute++) {
    clock.advance(MINUTE_MS)
    for (const key of keys) await run(key)
  }
  expect(fake.mails).toHaveLength(14)
  for (const [index, at] of sentAt().slice(10).entries()) {
    expect(at - (sentAt()[index] ?? 0)).toBeGreaterThanOrEqual(60 * MINUTE_MS)
  }
})

describe('owed mails', () => {
  it('are claimed once within a lease, and again while they are not sent', async () => {
    const { owe, run, db, clock } = await setupMails()
    const keys = [await owe('receipt', RECEIPT), await owe('receipt', RECEIPT, { account: 'acct_b' })]
    const claim = () => claimOwedMails(db, { now: clock.now(), limit: 10 })
    const claimed = await Promise.all([claim(), claim()])
    expect(claimed.flat()).toHaveLength(2)
    expect(claimed.flat()).toEqual(expect.arrayContaining(keys))
    expect(await claim()).toEqual([])
    clock.advance(MINUTE_MS)
    expect(await claim()).toHaveLength(2)
    for (const key of keys) await run(key)
    clock.advance(DAY_MS)
    expect(await claim()).toEqual([])
  })

  it('that are being sent are claimed again only when the send is taken to be lost', async () => {
    const { owe, run, db, clock } = await setupMails()
    const key = await owe('receipt', RECEIPT)
    await run(key, { send: () => Promise.resolve({ kind: 'unknown', why: 'no answer' }) })
    const claim = () => claimOwedMails(db, { now: clock.now(), limit: 10 })
    clock.advance(10 * MINUTE_MS)
    expect(await claim()).toEqual([])
    clock.advance(MINUTE_MS)
    expect(await claim()).toEqual([key])
  })
})

describe('the link in a mail', () => {
  const setupLink = async () => {
    const mails = await setupMails()
    await mails.run(await mails.owe('recharge_failed', FAILED))
    const token = mails.fake.mails[0]?.text.match(/\/fix\/([\w-]{43})$/m)?.[1] ?? ''
    const use = () => inTransaction(mails.db, (tx) => useFixLink(tx, token, mails.clock.now()))
    const find = () => findFixLink(mails.db, token, mails.clock.now())
    return { ...mails, token, use, find }
  }
  const LINK = { account: 'acct_a', topup: FAILED.topup }

  it('leads to the account and the top-up, however often it is looked at, and is used once', async () => {
    const { use, find } = await setupLink()
    expect([await find(), await find()]).toEqual([LINK, LINK])
    const uses = await Promise.all([use(), use(), use()])
    expect(uses.filter((link) => link !== null)).toEqual([LINK])
    expect(await find()).toBeNull()
  })

  it('ends after 7 days', async () => {
    const { use, find, clock } = await setupLink()
    clock.advance(7 * DAY_MS - 1)
    expect(await find()).toEqual(LINK)
    clock.advance(1)
    expect([await find(), await use()]).toEqual([null, null])
  })

  it('is kept by its hash alone', async () => {
    const { token, db } = await setupLink()
    const rows = await db.selectFrom('fix_links').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(rows[0]?.token_sha256).toHaveLength(32)
    const mails = await db.selectFrom('mails').selectAll().execute()
    expect(JSON.stringify([rows, mails])).not.toContain(token)
  })
})
