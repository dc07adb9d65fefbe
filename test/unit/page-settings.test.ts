import { describe, expect, it } from 'vitest'
import { draftOf, faultsOf, isSame, settingsOf } from '../../web/page/recharge/settings-draft.ts'

const STORED = {
  enabled: true,
  amount: '60.000000',
  threshold: '10.000000',
  emails: ['a@example.com', 'b@example.com'],
  caps: {
    day: { count: 5, amount: '1000.000000' },
    week: { count: 15, amount: '3000.000000' },
    month: { count: 40, amount: '8000.000000' },
  },
  pausedMessage: null,
  nextTryAt: null,
  lastChange: null,
  version: '"1"',
}
const DRAFT = draftOf(STORED)

describe('settings in the fields of the form', () => {
  it('are those that are stored until somebody types', () => {
    expect(DRAFT).toMatchObject({ amount: '60.00', emails: 'a@example.com, b@example.com' })
    expect(isSame(DRAFT, STORED)).toBe(true)
    expect(isSame({ ...DRAFT, amount: '60' }, STORED)).toBe(true)
    expect(isSame({ ...DRAFT, amount: '61' }, STORED)).toBe(false)
    expect(faultsOf(DRAFT)).toEqual(new Map())
  })

  it('are sent as the API takes them', () => {
    const typed = { ...DRAFT, amount: '$1,075.5', emails: ' a@example.com; c@example.com ' }
    expect(settingsOf(typed)).toMatchObject({
      amount: '1075.50',
      emails: ['a@example.com', 'c@example.com'],
    })
  })

  it.each([
    [{ amount: '50' }, 'amount', 'Must be greater than $50.'],
    [{ amount: 'x' }, 'amount', 'Must be an amount in dollars and whole cents, such as "100.00".'],
    [{ threshold: '9.99' }, 'threshold', 'Must be $10 or more.'],
    [{ emails: '' }, 'emails', 'Must name at least one address while auto-recharge is on.'],
    [{ emails: 'a@example.com, b@' }, 'emails', 'Must be an e-mail address of at most 254 characters.'],
    [
      { caps: { ...DRAFT.caps, week: { count: '1', amount: '3000' } } },
      'caps.week.count',
      'Must be at least that of the day.',
    ],
  ])('break a rule of the server: %j', (part, field, says) => {
    expect(faultsOf({ ...DRAFT, ...part })).toEqual(new Map([[field, says]]))
  })
})
