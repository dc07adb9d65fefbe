import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyDecline, type Decline } from '../../billing/decline.ts'
import { DECLINE_REASONS, PAUSE_REASONS } from '../../billing/decline-reason.ts'
import { type MailContent, type MailTemplate, renderMail, TEMPLATES } from '../../billing/mails/templates.ts'

const TOPUP = '0b3c1f6e-58a1-4c0e-9a37-1f4f6a1f9d11'
const CARD = { brand: 'visa', last4: '4242' }
const AT = '2026-03-02T12:00:00.000Z'
const NUMBER = {
  number: '+14155550199',
  price: '1.150000',
  balance: '0.250000',
  dueAt: AT,
  stepAt: '2026-03-09T12:00:00.000Z',
}
const SENDING = {
  account: 'acct_a',
  timeZone: 'America/New_York',
  fixUrl: 'https://billing.example.com/fix/t0ken',
}

const CONTENTS: { readonly [Name in MailTemplate]: MailContent<Name> } = {
  recharge_failed: {
    amount: '75.000000',
    reason: 'insufficient_funds',
    card: CARD,
    balance: '3.129900',
    failedAt: AT,
    nextTryAt: '2026-03-03T12:00:00.000Z',
    topup: TOPUP,
  },
  authentication_needed: { amount: '75.000000', card: CARD, balance: '3.10', failedAt: AT, topup: TOPUP },
  recharge_switched_off: { reason: 'no_card', card: null, balance: '-0.500001', at: AT },
  recharge_recovered: { amount: '75.000000', card: CARD, balance: '78.10', at: AT },
  receipt: {
    topup: TOPUP,
    origin: 'manual',
    amount: '1050.000000',
    balance: '1053.10',
    card: CARD,
    paidAt: AT,
    requestedBy: 'Kim',
  },
  low_balance: { level: '5.000000', balance: '4.990000', autoRecharge: 'paused', at: AT },
  limit_reached: {
    reached: { limit: 'prefix_spend', prefix: '979', max: '20.000000' },
    autoRecharge: 'paused',
    at: AT,
  },
  card_expires: { card: CARD, cardId: 'pm_secret', role: 'backup', expiryMonth: 4, expiryYear: 2026 },
  notice_renewal_uncovered: { ...NUMBER, stepAt: null },
  notice_grace: NUMBER,
  notice_suspension: { ...NUMBER, dueAt: null },
  notice_release: { ...NUMBER, dueAt: null, price: null },
  digest: {
    notices: [
      { template: 'low_balance', content: { level: '5', balance: '4.99', autoRecharge: 'on', at: AT } },
      {
        template: 'authentication_needed',
        content: { amount: '75', card: CARD, balance: '4.99', failedAt: AT, topup: TOPUP },
      },
    ],
  },
}

const NO_DECLINE: Decline = {
  code: null,
  declineCode: null,
  adviceCode: null,
  networkAdviceCode: null,
  outcomeType: null,
  brand: 'visa',
}

const NAMES = Object.keys(TEMPLATES) as MailTemplate[]

describe('a mail', () => {
  it.each(NAMES)('%s has a subject, a text and HTML that is whole', (name) => {
    const { subject, text, html } = renderMail(name, CONTENTS[name], SENDING)
    expect(subject).toMatch(/^[^\r\n]{1,150}$/)
    expect(text).toContain('account acct_a')
    expect(html).toMatch(/^<!doctype html>[\s\S]*<meta name="viewport"[\s\S]*<\/html>\n$/)
    expect(html).toContain('account acct_a')
  })

  it.each(NAMES)('%s shows no id of a card, no decline code and nothing unfilled', (name) => {
    const { subject, text, html } = renderMail(name, CONTENTS[name], SENDING)
    expect(subject + text + html).not.toMatch(/pm_|undefined|null|NaN|\[object|lost|stolen|fraud/i)
  })

  it.each(NAMES)('%s has the fix link exactly when its template asks for one', (name) => {
    const { text, html } = renderMail(name, CONTENTS[name], SENDING)
    const asks = TEMPLATES[name].hasFixLink(CONTENTS[name])
    expect([text.includes(SENDING.fixUrl), html.includes(`href="${SENDING.fixUrl}"`)]).toEqual([asks, asks])
  })

  it.each(NAMES)('%s keeps within one column, with a background beside each colour', (name) => {
    const { html } = renderMail(name, CONTENTS[name], SENDING)
    expect(html).toContain('max-width:560px')
    const styles = html.match(/style="[^"]*"/g) ?? []
    const coloured = styles.filter((style) => /[";]color:/.test(style))
    expect(coloured.length).toBeGreaterThan(3)
    expect(coloured.filter((style) => !style.includes('background-color:'))).toEqual([])
    expect(html).not.toMatch(/<script|<img|<link|<style|url\(/i)
  })

  it.each(NAMES)('%s is refused when its content has another shape', (name) => {
    expect(() => renderMail(name, { amount: 50 }, SENDING)).toThrow()
  })

  it.each([
    ['50.000000', '$50.00'],
    ['1234567.5', '$1,234,567.50'],
    ['3.129900', '$3.12'],
    ['-0.500001', '-$0.51'],
    ['0', '$0.00'],
  ])('shows an amount of %s as %s, never more than there is', (amount, shown) => {
    const content = { ...CONTENTS.recharge_recovered, balance: amount }
    expect(renderMail('recharge_recovered', content, SENDING).text).toContain(`Credit now: ${shown}\n`)
  })

  it.each([
    ['America/New_York', 'Mon, Mar 2, 2026, 7:00 AM EST'],
    ['Asia/Kolkata', 'Mon, Mar 2, 2026, 5:30 PM GMT+5:30'],
    ['Pacific/Chatham', 'Tue, Mar 3, 2026, 1:45 AM GMT+13:45'],
  ])("shows times on the clocks of the account's zone: %s", (timeZone, shown) => {
    const { text } = renderMail('recharge_failed', CONTENTS.recharge_failed, { ...SENDING, timeZone })
    expect(text).toContain(`Failed: ${shown}\n`)
  })
})

describe('a failed recharge', () => {
  it.each(DECLINE_REASONS)('for %s says why, what to do and what happens next', (reason) => {
    const content = { ...CONTENTS.recharge_failed, reason }
    const later = renderMail('recharge_failed', content, SENDING).text
    expect(later).toContain('We will try again on Tue, Mar 3, 2026, 7:00 AM EST.')
    const never = renderMail('recharge_failed', { ...content, nextTryAt: null }, SENDING).text
    expect(never).toContain('We will not try again until you have acted.')
  })

  it.each(['lost_card', 'stolen_card', 'fraudulent', 'merchant_blacklist', 'pickup_card', 'restricted_card'])(
    'for %s reads byte for byte as one for a generic decline',
    (declineCode) => {
      const told = (code: string) => {
        const { reason } = classifyDecline({ ...NO_DECLINE, code: 'card_declined', declineCode: code })
        return renderMail(
          'recharge_failed',
          { ...CONTENTS.recharge_failed, reason, nextTryAt: null },
          SENDING,
        )
      }
      expect(told(declineCode)).toEqual(told('generic_decline'))
    },
  )

  it('tells whether calls still go', () => {
    const told = (balance: string) =>
      renderMail('recharge_failed', { ...CONTENTS.recharge_failed, balance }, SENDING).text
    expect(told('0.01')).toContain('Calls and texts stop when it reaches $0.00.')
    expect(told('0.000000')).toContain('Calls and texts have stopped until credit is added.')
  })
})

it.each([...PAUSE_REASONS, 'operator' as const])('auto-recharge switched off for %s says why', (reason) => {
  const { text } = renderMail('recharge_switched_off', { ...CONTENTS.recharge_switched_off, reason }, SENDING)
  expect(text.split('\n\n')[1]).toMatch(/^[A-Z].*\. .*\.$/)
})

it.each<[MailContent<'limit_reached'>['reached'], string]>([
  [{ limit: 'spend_per_hour', max: '100.000000' }, 'at most $100.00 in an hour.'],
  [{ limit: 'spend_per_day', max: '300.000000' }, 'at most $300.00 in a day.'],
  [{ limit: 'prefix_spend', prefix: '979', max: '20.000000' }, 'begin with +979 may cost at most $20.00 in'],
  [
    { limit: 'prefix_calls', prefix: '979', max: 2 },
    'At most 2 calls at once may go to numbers that begin with',
  ],
])('a limit that is reached is told as it was set: %j', (reached, words) => {
  const { text } = renderMail('limit_reached', { ...CONTENTS.limit_reached, reached }, SENDING)
  expect(text.replaceAll(/\s+/g, ' ')).toContain(words)
})

it.each([
  ['paused' as const, 'turn it on again on your billing page'],
  ['off' as const, 'Your card is not charged automatically.'],
])('a limit that is reached while auto-recharge is %s says so', (autoRecharge, words) => {
  const { text } = renderMail('limit_reached', { ...CONTENTS.limit_reached, autoRecharge }, SENDING)
  expect(text.replaceAll(/\s+/g, ' ')).toContain(words)
})

describe('a digest', () => {
  it('holds every notice, oldest first', () => {
    const { subject, text } = renderMail('digest', CONTENTS.digest, SENDING)
    expect(subject).toBe('2 notices about your credit')
    expect(text).toMatch(/down to \$5\.00 or less[\s\S]*Please confirm your recharge of \$75\.00/)
  })

  it('of a template that is none, or of itself, is refused', () => {
    for (const template of ['weather', 'digest', 'toString']) {
      const content = { notices: [{ template, content: {} }] }
      expect(TEMPLATES.digest.content.safeParse(content).success).toBe(false)
    }
  })
})

describe('whatever a name holds,', () => {
  const HOSTILE = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '<script>',
        '"><img src=x>',
        '\r\nBcc: a@b.c',
        '{{name}}',
        '{{{x}}}',
        '<% body %>',
        '&amp;',
        "'",
      ),
    ),
    { maxLength: 8 },
  )
  const rendered = (name: string) =>
    renderMail(
      'receipt',
      { ...CONTENTS.receipt, requestedBy: name, card: { brand: name, last4: name } },
      SENDING,
    )

  it('the HTML has the same elements and no template tags', () => {
    const elements = (html: string) => html.match(/<[^>]*>/g)
    const plain = elements(rendered('Kim').html)
    fc.assert(
      fc.property(HOSTILE, (parts) => {
        const { html } = rendered(parts.join(''))
        expect(elements(html)).toEqual(plain)
        expect(html).not.toMatch(/\{\{|\}\}|<%|%>/)
      }),
    )
  })

  it('the text has the same lines', () => {
    const lines = rendered('Kim').text.split('\n').length
    fc.assert(
      fc.property(HOSTILE, (parts) => {
        const { text } = rendered(parts.join(''))
        expect(text.split(/\r\n|[\r\n\v\f\u0085\u2028\u2029]/)).toHaveLength(lines)
        expect(text).not.toMatch(/\{\{|\}\}|<%|%>/)
        expect(text.isWellFormed()).toBe(true)
      }),
    )
  })

  it('the subject is one line of at most 150 characters', () => {
    fc.assert(
      fc.property(HOSTILE, (parts) => {
        const card = { brand: parts.join('').repeat(9), last4: '4242' }
        const { subject } = renderMail('card_expires', { ...CONTENTS.card_expires, card }, SENDING)
        expect(subject.length).toBeLessThanOrEqual(150)
        expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
        expect(subject.isWellFormed()).toBe(true)
      }),
    )
  })
})
