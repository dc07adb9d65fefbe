import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { SendOutcome } from '../../clients/send-grid-outcome.ts'
import type { Fault } from '../../sandbox/fake-sendgrid/faults.ts'
import { type FakeSendGridOptions, startFakeSendGrid } from '../../sandbox/fake-sendgrid/start.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { API_KEY, mailerTo } from '../support/mails.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

const CLOCK = fakeClock('2026-03-02T12:00:00Z')

async function setupFake(options: Partial<FakeSendGridOptions> = {}) {
  const fake = await startFakeSendGrid({ port: 0, apiKey: API_KEY, webhook: null, clock: CLOCK, ...options })
  onTestFinished(() => fake.stop())
  return { fake, mailer: mailerTo(fake.url, CLOCK) }
}

const MAIL = {
  account: 'acct_a',
  mail: '0b3c1f6e-58a1-4c0e-9a37-1f4f6a1f9d11',
  to: ['owner@example.com'],
  subject: 'Receipt <1>',
  text: 'Thank you: https://billing.example.com/fix/abc',
  html: '<p>Thank you</p><script>alert(1)</script>',
  isResend: false,
}

describe('the fake SendGrid, through the real SDK,', () => {
  it('takes a mail as it is and names it', async () => {
    const { fake, mailer } = await setupFake()
    const outcome = await mailer.send(MAIL)
    const [mail] = fake.mails
    expect(outcome).toEqual({ kind: 'accepted', providerId: mail?.id })
    expect(mail).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      acceptedAt: '2026-03-02T12:00:00.000Z',
      from: 'Ringledger <billing@example.com>',
      to: MAIL.to,
      subject: MAIL.subject,
      text: MAIL.text,
      html: MAIL.html,
      headers: { 'Auto-Submitted': 'auto-generated' },
      customArgs: { account: MAIL.account, mail: MAIL.mail },
    })
  })

  it.each<[string, Partial<typeof MAIL>, string]>([
    ['an address that is none', { to: ['nobody'] }, 'Does not contain a valid address.'],
    ['an address named twice', { to: ['a@b.co', 'A@b.co'] }, 'should be unique'],
    ['an empty text', { text: '' }, 'content.0.value'],
    ['a subject of two lines', { subject: 'a\r\nBcc: b@c.de' }, 'subject'],
  ])('refuses %s as SendGrid does', async (_what, fields, why) => {
    const { fake, mailer } = await setupFake()
    expect(await mailer.send({ ...MAIL, ...fields })).toEqual({
      kind: 'refused',
      why: expect.stringMatching(/^answered 400: /),
    })
    expect(await mailer.send({ ...MAIL, ...fields })).toMatchObject({ why: expect.stringContaining(why) })
    expect(fake.mails).toEqual([])
  })

  it('refuses another key', async () => {
    const { fake, mailer } = await setupFake({ apiKey: 'SG.another' })
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'unauthorized' })
    expect(fake.mails).toEqual([])
  })

  it('refuses what is larger than 30 MiB', async () => {
    const { mailer } = await setupFake()
    const outcome = await mailer.send({ ...MAIL, text: 'x'.repeat(31 * 1_048_576) })
    expect(outcome).toEqual({ kind: 'refused', why: 'answered 413: payload too large' })
  })

  it.each<[Fault, SendOutcome['kind'], { taken: number }]>([
    [{ kind: 'cut' }, 'unknown', { taken: 0 }],
    [{ kind: 'drop_answer' }, 'unknown', { taken: 1 }],
    [{ kind: 'server_error' }, 'try_later', { taken: 0 }],
    [{ kind: 'bad_gateway' }, 'try_later', { taken: 0 }],
    [{ kind: 'bad_request' }, 'refused', { taken: 0 }],
    [{ kind: 'forbidden' }, 'unauthorized', { taken: 0 }],
    [{ kind: 'rate_limit', resetSeconds: 90 }, 'try_later', { taken: 0 }],
  ])('shows the fault %j once: the send is %s', async (fault, kind, { taken }) => {
    const { fake, mailer } = await setupFake()
    fake.faults.next(fault)
    const outcome = await mailer.send(MAIL)
    expect(outcome.kind).toBe(kind)
    if (fault.kind === 'rate_limit') expect(outcome).toMatchObject({ afterMs: 90_000 })
    expect(fake.mails).toHaveLength(taken)
    expect((await mailer.send(MAIL)).kind).toBe('accepted')
  })

  it('hangs until the deadline of the send', async () => {
    const { fake } = await setupFake()
    fake.faults.next({ kind: 'hang' })
    const impatient = mailerTo(fake.url, CLOCK, 1_000)
    expect(await impatient.send(MAIL)).toEqual({ kind: 'unknown', why: 'no answer within 1000 ms' })
  })

  it('that is stopped took nothing', async () => {
    const { fake, mailer } = await setupFake()
    const stopped = await startFakeSendGrid({ port: 0, apiKey: API_KEY, webhook: null, clock: CLOCK })
    await stopped.stop()
    expect(await mailerTo(stopped.url, CLOCK).send(MAIL)).toMatchObject({ kind: 'try_later' })
    expect((await mailer.send(MAIL)).kind).toBe('accepted')
    expect(fake.mails).toHaveLength(1)
  })

  it('tells when a mail has come', async () => {
    const { fake, mailer } = await setupFake()
    const waiting = fake.waitForMail(({ subject }) => subject === 'the second')
    await mailer.send(MAIL)
    await mailer.send({ ...MAIL, subject: 'the second' })
    expect((await waiting).subject).toBe('the second')
    expect(await fake.waitForMail(({ subject }) => subject === MAIL.subject)).toBe(fake.mails[0])
  })

  it('keeps its mails and its suppressed addresses in a file', async () => {
    await using folder = await scratchFolder('mails')
    const dataFile = join(folder.path, 'mails.json')
    const first = await setupFake({ dataFile })
    await Promise.all(['one', 'two', 'three'].map((subject) => first.mailer.send({ ...MAIL, subject })))
    await first.fake.suppress('owner@example.com')
    const second = await setupFake({ dataFile })
    expect(second.fake.mails).toEqual(first.fake.mails)
    expect(second.fake.mails).toHaveLength(3)
  })
})

describe('the page of the fake SendGrid', () => {
  it('lists the mails, newest first, and shows each without running anything of it', async () => {
    const { fake, mailer } = await setupFake()
    await mailer.send(MAIL)
    await mailer.send({ ...MAIL, subject: 'Newer' })
    const list = await (await fetch(fake.url)).text()
    expect(list).toMatch(/Newer[\s\S]*Receipt &lt;1&gt;/)
    const link =
      list
        .match(/href="(\/mails\/[\w-]+)"/g)
        ?.at(-1)
        ?.slice('href="'.length, -1) ?? ''
    const answer = await fetch(fake.url + link)
    const page = await answer.text()
    expect(page).toContain('srcdoc="&lt;base target=&quot;_blank&quot;&gt;&lt;p&gt;Thank you')
    expect(page).toContain('<a href="https://billing.example.com/fix/abc">')
    expect(page).not.toContain('<script')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it.each(['/mails/none', '/elsewhere', '//', '/%'])('%s is not there', async (path) => {
    const { fake } = await setupFake()
    expect((await fetch(fake.url + path)).status).toBe(404)
  })
})
