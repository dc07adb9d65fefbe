import { describe, expect, test } from 'vitest'
import { checkServicePolicy } from '../../billing/check-service-policy.ts'
import { parseUsd } from '../../billing/money.ts'
import { DEFAULT_SERVICE_POLICY } from '../../billing/service-policy.ts'
import { policyJson } from '../../billing/service-policy-json.ts'
import { aPolicy } from '../support/service-policies.ts'

describe('a service policy', () => {
  test('has the default of everything that is left out', () => {
    expect(checkServicePolicy({})).toEqual({ policy: DEFAULT_SERVICE_POLICY })
    const limits = { concurrentCalls: 7, spendPerHour: null }
    expect(checkServicePolicy({ limits, prefixCaps: null, end: null })).toEqual({
      policy: aPolicy({ limits: { ...DEFAULT_SERVICE_POLICY.limits, concurrentCalls: 7 } }),
    })
  })

  test('may have no caps of prefixes', () => {
    expect(checkServicePolicy({ prefixCaps: [] })).toEqual({ policy: aPolicy({ prefixCaps: [] }) })
  })

  test('is the same after it was written as JSON', () => {
    const policy = aPolicy({
      end: 'finish',
      overdraft: parseUsd('50'),
      inboundFirst: parseUsd('5000'),
      limits: { concurrentCalls: 10_000, spendPerHour: parseUsd('1'), spendPerDay: parseUsd('1') },
      prefixCaps: [
        { prefix: '1', concurrentCalls: null, spendPerDay: parseUsd('0.01') },
        { prefix: '123456789012345', concurrentCalls: 1, spendPerDay: null },
      ],
      trusted: true,
    })
    expect(checkServicePolicy(JSON.parse(JSON.stringify(policyJson(policy))))).toEqual({ policy })
  })

  test.each<[unknown, string, string]>([
    [[], 'policy', 'must be a JSON object'],
    [{ end: 'stop' }, 'end', 'must be end or finish'],
    [{ trusted: 1 }, 'trusted', 'must be true or false'],
    [{ end: 'finish' }, 'overdraft', 'must be above zero where end is finish'],
    [{ overdraft: '1.00' }, 'overdraft', 'must be zero or left out where end is end'],
    [{ end: 'finish', overdraft: '-1' }, 'overdraft', 'must not be negative'],
    [{ end: 'finish', overdraft: '50.01' }, 'overdraft', 'must be at most $50'],
    [{ inboundFirst: '-0.01' }, 'inboundFirst', 'must not be negative'],
    [{ inboundFirst: '5000.01' }, 'inboundFirst', 'must be at most $5,000'],
    [
      { inboundFirst: 5 },
      'inboundFirst',
      'must be a decimal string of dollars and whole cents, such as "100.00"',
    ],
    [{ limits: 3 }, 'limits', 'must be an object with concurrentCalls, spendPerHour and spendPerDay'],
    [{ limits: { concurrentCalls: 0 } }, 'limits.concurrentCalls', 'must be a whole number from 1 to 10000'],
    [{ limits: { spendPerHour: '0.99' } }, 'limits.spendPerHour', 'must be $1 or more'],
    [{ limits: { spendPerDay: '1000000.01' } }, 'limits.spendPerDay', 'must be at most $1,000,000'],
    [{ limits: { spendPerHour: '301' } }, 'limits.spendPerDay', 'must be at least limits.spendPerHour'],
    [{ prefixCaps: {} }, 'prefixCaps', 'must be a list of at most 50 caps'],
    [
      { prefixCaps: Array.from({ length: 51 }, (_, n) => ({ prefix: `${n + 1}`, concurrentCalls: 1 })) },
      'prefixCaps',
      'must be a list of at most 50 caps',
    ],
    [
      { prefixCaps: ['979'] },
      'prefixCaps.0',
      'must be an object with a prefix, and concurrentCalls or spendPerDay or both',
    ],
    [{ prefixCaps: [{ prefix: '979' }] }, 'prefixCaps.0', 'must set concurrentCalls or spendPerDay or both'],
    [
      { prefixCaps: [{ prefix: '+979', concurrentCalls: 1 }] },
      'prefixCaps.0.prefix',
      'must be 1 to 15 digits of E.164 without +',
    ],
    [
      { prefixCaps: [{ prefix: '979', concurrentCalls: 1.5 }] },
      'prefixCaps.0.concurrentCalls',
      'must be a whole number from 1 to 10000',
    ],
    [
      { prefixCaps: [{ prefix: '979', spendPerDay: '0' }] },
      'prefixCaps.0.spendPerDay',
      'must be above zero: a prefix that nobody may call is blocked by a rate card',
    ],
    [
      {
        prefixCaps: [
          { prefix: '979', concurrentCalls: 1 },
          { prefix: '979', spendPerDay: '5' },
        ],
      },
      'prefixCaps.1.prefix',
      'must not be in the list twice',
    ],
  ])('%j is refused, naming the field and its rule', (input, field, rule) => {
    expect(checkServicePolicy(input)).toEqual({ faults: [{ field, rule }] })
  })

  test('is refused with all its faults at once', () => {
    const checked = checkServicePolicy({
      end: 'never',
      overdraft: 'x',
      limits: { concurrentCalls: 'many', spendPerDay: '0' },
      prefixCaps: [{}, { prefix: '979', concurrentCalls: 0 }],
    })
    expect('faults' in checked && checked.faults.map(({ field }) => field)).toEqual([
      'end',
      'overdraft',
      'limits.concurrentCalls',
      'limits.spendPerDay',
      'prefixCaps.0.prefix',
      'prefixCaps.0',
      'prefixCaps.1.concurrentCalls',
    ])
  })
})
