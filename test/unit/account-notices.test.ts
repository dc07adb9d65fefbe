import { describe, expect, test } from 'vitest'
import { accountNotices } from '../../billing/account-notices.ts'
import { parseUsd } from '../../billing/money.ts'
import type { NoticeCard, NoticeFacts } from '../../billing/notice.ts'

const NOW = new Date('2026-03-02T12:00:00Z')
const EARLIER = new Date('2026-03-01T12:00:00Z')

const CARD: NoticeCard = {
  name: 'Visa ending in 4242',
  role: 'default',
  expiresAt: new Date('2035-01-01T12:00:00Z'),
  stoppedReason: null,
}

const WELL: NoticeFacts = {
  status: 'active',
  isDisputed: false,
  available: parseUsd('50'),
  rechargeEnabled: true,
  paused: null,
  failing: null,
  openTopup: null,
  cards: [CARD],
  undeliverable: null,
  unpaid: null,
  now: NOW,
}

const told = (facts: Partial<NoticeFacts>) =>
  accountNotices({ ...WELL, ...facts }).map(
    ({ kind, severity, action }) => `${severity} ${kind} ${action?.do ?? '-'}`,
  )

const failing = (reason: NonNullable<NoticeFacts['failing']>['reason']) => ({
  failing: { reason, since: EARLIER, nextTryAt: null },
})

const paused = (reason: NonNullable<NoticeFacts['paused']>['reason']) => ({ paused: { reason, at: EARLIER } })

describe('notices', () => {
  test.each<[string, Partial<NoticeFacts>, string[]]>([
    ['all is well', {}, []],
    ['credit is low and about to be recharged', { available: parseUsd('3') }, []],
    [
      'credit is low and nothing will recharge it',
      { available: parseUsd('10'), rechargeEnabled: false },
      ['warning low_credit pay_now'],
    ],
    ['credit is above the levels', { available: parseUsd('10.000001'), rechargeEnabled: false }, []],
    ['credit is used up', { available: parseUsd('0') }, ['critical service_stopped pay_now']],
    ['it is suspended', { status: 'suspended' }, ['critical account_suspended contact_us']],
    [
      'it is closed, whatever else',
      { status: 'closed', ...paused('dispute') },
      ['critical account_closed contact_us'],
    ],
    [
      'a recharge failed for want of money',
      failing('insufficient_funds'),
      ['critical recharge_failed pay_now'],
    ],
    ['a recharge failed by the card', failing('card_expired'), ['critical recharge_failed register_card']],
    ['a recharge failed, nobody knows why', failing(null), ['critical recharge_failed pay_now']],
    ['recharges failed until it was turned off', { ...failing('temporary'), rechargeEnabled: false }, []],
    [
      'it is paused and failing',
      { ...paused('declined'), ...failing('insufficient_funds') },
      ['critical recharge_paused resume_recharge'],
    ],
    [
      'it is paused without a card',
      { ...paused('no_card'), cards: [] },
      ['critical recharge_paused register_card'],
    ],
    ['it is paused by a dispute', paused('dispute'), ['critical recharge_paused contact_us']],
    [
      'a payment waits for authentication',
      { openTopup: { id: 't-1', status: 'requires_action', createdAt: EARLIER } },
      ['critical payment_needs_authentication authenticate'],
    ],
    [
      'an outcome is unknown',
      { openTopup: { id: 't-1', status: 'unknown', createdAt: EARLIER } },
      ['info payment_unknown -'],
    ],
    ['a payment is on its way', { openTopup: { id: 't-1', status: 'processing', createdAt: EARLIER } }, []],
    ['there is no card to recharge', { cards: [] }, ['warning card_missing register_card']],
    [
      'there is no card and no recharge',
      { cards: [], rechargeEnabled: false },
      ['info card_missing register_card'],
    ],
    [
      'the card has expired',
      { cards: [{ ...CARD, expiresAt: NOW }] },
      ['warning card_expired register_card'],
    ],
    [
      'the backup card expires soon',
      { cards: [CARD, { ...CARD, role: 'backup', expiresAt: new Date('2026-04-01T12:00:00Z') }] },
      ['warning card_expiring register_card'],
    ],
    [
      'the card expires in some time',
      { cards: [{ ...CARD, expiresAt: new Date('2026-05-01T12:00:00Z') }] },
      [],
    ],
    [
      'the card is stopped',
      { cards: [{ ...CARD, stoppedReason: 'card_declined' }] },
      ['warning card_stopped register_card'],
    ],
    [
      'the card is stopped and recharge paused for it',
      { cards: [{ ...CARD, stoppedReason: 'card_declined' }], ...paused('card_declined') },
      ['critical recharge_paused register_card'],
    ],
    ['numbers are unpaid', { unpaid: { count: 2, since: EARLIER } }, ['warning number_unpaid pay_now']],
    [
      'mail comes back',
      { undeliverable: { email: 'owner@example.com', at: EARLIER } },
      ['warning mail_undeliverable change_emails'],
    ],
    [
      'much is wrong: the worst first',
      {
        undeliverable: { email: 'owner@example.com', at: EARLIER },
        cards: [],
        available: parseUsd('-3'),
        rechargeEnabled: false,
        ...paused('declined'),
      },
      [
        'critical service_stopped pay_now',
        'critical recharge_paused resume_recharge',
        'warning mail_undeliverable change_emails',
        'info card_missing register_card',
      ],
    ],
  ])('where %s', (_when, facts, notices) => {
    expect(told(facts)).toEqual(notices)
  })

  test('say the reason in the words of the mails, and since when', () => {
    expect(accountNotices({ ...WELL, ...failing('insufficient_funds') })).toEqual([
      {
        kind: 'recharge_failed',
        severity: 'critical',
        title: 'The last automatic recharge failed.',
        detail: 'There was not enough money on the card. Put money on the card, or use another one.',
        action: { do: 'pay_now' },
        since: EARLIER,
      },
    ])
  })

  test('name the payment that waits for the customer', () => {
    const openTopup = { id: 't-1', status: 'requires_action', createdAt: EARLIER }
    expect(accountNotices({ ...WELL, openTopup })[0]).toMatchObject({
      action: { do: 'authenticate', topup: 't-1' },
      since: EARLIER,
    })
  })

  test('show what is left in dollars and cents', () => {
    const [low] = accountNotices({ ...WELL, available: parseUsd('9.999999'), rechargeEnabled: false })
    expect(low?.title).toBe('Your credit is low: $9.99 left.')
  })
})
