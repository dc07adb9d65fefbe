import { expect, it } from 'vitest'
import { type NoticeFacts, staleReason } from '../../billing/mails/staleness.ts'
import type { MailTemplate } from '../../billing/mails/templates.ts'
import { parseUsd } from '../../billing/money.ts'

const NOW = new Date('2026-03-05T12:00:00Z')
const CREATED_AT = new Date('2026-03-05T11:00:00Z')
const CARD = { id: 'pm_1', expiryMonth: 4, expiryYear: 2026 }
const FAILING: NoticeFacts = {
  balance: parseUsd('4'),
  rechargeEnabled: true,
  pausedReason: 'declined',
  failingSince: CREATED_AT,
  cards: [CARD],
  unpaidNumbers: [],
}
const LOW = { level: '5.000000', balance: '4.9', autoRecharge: 'on', at: CREATED_AT.toISOString() }
const EXPIRES = {
  card: { brand: 'visa', last4: '4242' },
  cardId: 'pm_1',
  role: 'default',
  expiryMonth: 4,
  expiryYear: 2026,
}

const NUMBER = { number: '+14155550199', price: '5.000000', balance: '4.000000', dueAt: null, stepAt: null }
const inState = (state: 'grace' | 'suspended') => ({
  unpaidNumbers: [
    { number: '+12025550100', state: 'grace' as const },
    { number: NUMBER.number, state },
  ],
})

it.each<[MailTemplate, string, Partial<NoticeFacts>, unknown, boolean]>([
  ['recharge_failed', 'the recharge still fails', {}, {}, false],
  ['recharge_failed', 'it does not fail any more', { failingSince: null }, {}, true],
  ['authentication_needed', 'the recharge still fails', {}, {}, false],
  ['authentication_needed', 'it does not fail any more', { failingSince: null }, {}, true],
  ['recharge_switched_off', 'auto-recharge is paused', {}, {}, false],
  ['recharge_switched_off', 'it is off', { rechargeEnabled: false, pausedReason: null }, {}, false],
  ['recharge_switched_off', 'it is on again', { pausedReason: null }, {}, true],
  ['limit_reached', 'auto-recharge is on again', { pausedReason: null }, {}, false],
  ['recharge_recovered', 'nothing fails', { failingSince: null }, {}, false],
  ['recharge_recovered', 'it fails again', {}, {}, true],
  ['low_balance', 'the credit is below the level', {}, LOW, false],
  ['low_balance', 'the credit is at the level', { balance: parseUsd('5') }, LOW, false],
  ['low_balance', 'the credit is above the level again', { balance: parseUsd('5.000001') }, LOW, true],
  ['card_expires', 'the card is in use', {}, EXPIRES, false],
  ['card_expires', 'the card was removed', { cards: [] }, EXPIRES, true],
  ['notice_renewal_uncovered', 'the credit does not cover it', {}, NUMBER, false],
  ['notice_renewal_uncovered', 'the credit covers it', { balance: parseUsd('5') }, NUMBER, true],
  ['notice_grace', 'the number is in grace', inState('grace'), NUMBER, false],
  ['notice_grace', 'the number was paid', {}, NUMBER, true],
  ['notice_suspension', 'the number is in grace', inState('grace'), NUMBER, false],
  ['notice_suspension', 'the number is suspended already', inState('suspended'), NUMBER, true],
  ['notice_release', 'the number is suspended', inState('suspended'), NUMBER, false],
  ['notice_release', 'the number came back', {}, NUMBER, true],
  ['card_expires', 'the bank renewed it', { cards: [{ ...CARD, expiryYear: 2030 }] }, EXPIRES, true],
  ['receipt', 'whatever has happened', { failingSince: null, cards: [] }, {}, false],
])('a notice of %s when %s: stale or not', (template, _when, facts, content, isStale) => {
  const stale = staleReason({ template, content, createdAt: CREATED_AT }, { ...FAILING, ...facts }, NOW)
  expect(stale !== null).toBe(isStale)
})

it.each<[MailTemplate, string, boolean]>([
  ['recharge_failed', '2026-03-02T12:00:00Z', false],
  ['recharge_failed', '2026-03-02T11:59:59Z', true],
  ['digest', '2026-03-02T11:59:59Z', true],
  ['receipt', '2025-03-02T11:59:59Z', false],
])(
  'a notice of %s from %s is too old after three days, unless it is a receipt',
  (template, createdAt, isStale) => {
    const stale = staleReason({ template, content: {}, createdAt: new Date(createdAt) }, FAILING, NOW)
    expect(stale !== null).toBe(isStale)
  },
)
