import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatUsd, micros } from '../../billing/money.ts'
import { DEFAULT_RECHARGE_CAPS } from '../../billing/recharge-caps.ts'
import { checkRechargeSettings } from '../../billing/recharge-settings.ts'

const CAPS = {
  day: { count: 2, amount: '200.00' },
  week: { count: 4, amount: '400.00' },
  month: { count: 8, amount: '800.00' },
}
const GOOD = { enabled: true, amount: '100.00', threshold: '10', emails: ['ada@example.com'], caps: CAPS }

function faultsOf(input: unknown) {
  const checked = checkRechargeSettings(input)
  return 'faults' in checked ? checked.faults : []
}

function settingsOf(input: unknown) {
  const checked = checkRechargeSettings(input)
  if ('faults' in checked) throw new Error(`refused: ${JSON.stringify(checked.faults)}`)
  return checked.settings
}

test('settings that keep every rule come back as money and counts', () => {
  expect(settingsOf({ ...GOOD, amount: '50.01', note: 'ignored' })).toEqual({
    enabled: true,
    amount: 50_010_000n,
    threshold: 10_000_000n,
    emails: ['ada@example.com'],
    caps: {
      day: { count: 2, amount: 200_000_000n },
      week: { count: 4, amount: 400_000_000n },
      month: { count: 8, amount: 800_000_000n },
    },
  })
})

const CENTS = 'must be a decimal string of dollars and whole cents, such as "100.00"'
const ADDRESS = 'must be an e-mail address of at most 254 characters'

test.each([
  [{ enabled: 'yes' }, 'enabled', 'must be true or false'],
  [{ amount: 100 }, 'amount', CENTS],
  [{ amount: '' }, 'amount', CENTS],
  [{ amount: '1e3' }, 'amount', CENTS],
  [{ amount: '100.005' }, 'amount', CENTS],
  [{ amount: '50.00' }, 'amount', 'must be greater than $50'],
  [{ amount: '-100.00' }, 'amount', 'must be greater than $50'],
  [{ amount: '5000.01', caps: null }, 'amount', 'must be at most $5,000'],
  [{ threshold: undefined }, 'threshold', CENTS],
  [{ threshold: '9.99' }, 'threshold', 'must be $10 or more'],
  [{ threshold: '5000.01' }, 'threshold', 'must be at most $5,000'],
  [{ emails: 'ada@example.com' }, 'emails', 'must be a list of at most 10 addresses'],
  [{ emails: addresses(11) }, 'emails', 'must be a list of at most 10 addresses'],
  [{ emails: [] }, 'emails', 'must name at least one address while auto-recharge is on'],
  [{ emails: null }, 'emails', 'must name at least one address while auto-recharge is on'],
  [{ emails: ['ada@example.com', 7] }, 'emails.1', ADDRESS],
  [{ emails: ['ada@example.com', 'Ada@Example.com'] }, 'emails.1', 'must not be in the list twice'],
  [{ caps: [] }, 'caps', 'must be an object with day, week and month'],
  [{ caps: { ...CAPS, week: null } }, 'caps.week', 'must be an object with count and amount'],
  [
    { caps: { ...CAPS, day: { ...CAPS.day, count: 0 } } },
    'caps.day.count',
    'must be a whole number from 1 to 100',
  ],
  [
    { caps: { ...CAPS, day: { ...CAPS.day, count: 1.5 } } },
    'caps.day.count',
    'must be a whole number from 1 to 100',
  ],
  [
    { caps: { ...CAPS, month: { ...CAPS.month, count: 101 } } },
    'caps.month.count',
    'must be a whole number from 1 to 100',
  ],
  [
    { caps: { ...CAPS, day: { ...CAPS.day, amount: '99.99' } } },
    'caps.day.amount',
    'must be at least the recharge amount',
  ],
  [
    { caps: { ...CAPS, month: { ...CAPS.month, amount: '500000.01' } } },
    'caps.month.amount',
    'must be at most $500,000',
  ],
  [
    { caps: { ...CAPS, week: { ...CAPS.week, count: 1 } } },
    'caps.week.count',
    'must be at least that of the day',
  ],
  [
    { caps: { ...CAPS, month: { ...CAPS.month, amount: '399.99' } } },
    'caps.month.amount',
    'must be at least that of the week',
  ],
])('%j is refused: %s %s', (change, field, rule) => {
  expect(faultsOf({ ...GOOD, ...change })).toEqual([{ field, rule }])
})

test('every fault is reported at once', () => {
  const caps = {
    day: { count: 9, amount: '0' },
    week: { count: 4, amount: 'x' },
    month: { count: 8, amount: '800' },
  }
  const faults = faultsOf({ enabled: true, amount: '1', threshold: '1', emails: ['x'], caps })
  expect(faults.map(({ field }) => field)).toEqual([
    'amount',
    'threshold',
    'emails.0',
    'caps.day.amount',
    'caps.week.amount',
    'caps.week.count',
  ])
})

test.each([null, undefined, 'on', 7, []])('%j is no settings', (input) => {
  expect(faultsOf(input)).toEqual([{ field: 'settings', rule: 'must be a JSON object' }])
})

describe('an address', () => {
  test.each([
    'ada@example.com',
    "o'brien+billing@mail.example.co.uk",
    `${'a'.repeat(64)}@example.com`,
    'ada@xn--bcher-kva.example',
  ])('%s is accepted', (email) => {
    expect(settingsOf({ ...GOOD, emails: [email] }).emails).toEqual([email])
  })

  test.each([
    'ada',
    'ada@localhost',
    '@example.com',
    'ada@',
    'ada@@example.com',
    '.ada@example.com',
    'ada..b@example.com',
    'ada@-example.com',
    'ada@example..com',
    'ada@192.0.2.1',
    ' ada@example.com',
    'ada@example.com ',
    'ada@example.com\r\nBcc: eve@example.com',
    'ada@example.com\n',
    'ada@exam\nple.com',
    'Ada <ada@example.com>',
    'ada@example.com,eve@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a.'.repeat(126)}com`,
    'åda@example.com',
  ])('%j is refused', (email) => {
    expect(faultsOf({ ...GOOD, emails: [email] })).toEqual([{ field: 'emails.0', rule: ADDRESS }])
  })

  test('no accepted address has a line break or more than 254 characters', () => {
    const parts = fc.constantFrom('a', '@', '.', '-', '\r', '\n', 'example.com', ' ', '+', 'x'.repeat(60))
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (text) => {
        const email = text.join('')
        const isRefused = faultsOf({ ...GOOD, emails: [email] }).length > 0
        expect(isRefused || (email.length <= 254 && !/[\r\n\s]/.test(email))).toBe(true)
      }),
    )
  })
})

test('while auto-recharge is off nobody need be named', () => {
  expect(settingsOf({ ...GOOD, enabled: false, emails: undefined }).emails).toEqual([])
})

describe('absent caps', () => {
  test('are the defaults', () => {
    expect(settingsOf({ ...GOOD, caps: undefined }).caps).toEqual(DEFAULT_RECHARGE_CAPS)
  })

  test('leave room for one recharge that is larger than a default', () => {
    const { caps } = settingsOf({ ...GOOD, amount: '4000.00', caps: undefined })
    expect(caps.day).toEqual({ count: 5, amount: 4_000_000_000n })
    expect(caps.week).toEqual({ count: 15, amount: 4_000_000_000n })
    expect(caps.month).toEqual(DEFAULT_RECHARGE_CAPS.month)
  })
})

test('an amount of whole cents is accepted exactly between $50.01 and $5,000', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 600_000n }), (cents) => {
      const isAccepted =
        faultsOf({ ...GOOD, amount: formatUsd(micros(cents * 10_000n)), caps: null }).length === 0
      expect(isAccepted).toBe(cents > 5_000n && cents <= 500_000n)
    }),
  )
})

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `a${index}@example.com`)
}
