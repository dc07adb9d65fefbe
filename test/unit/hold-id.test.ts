import { expect, test } from 'vitest'
import { emergencyHoldIdOf, holdIdOf, isEmergencyHold, parseHoldId } from '../../billing/hold-id.ts'

test('the id of a hold leads back to its account and request, dots in the request included', () => {
  const key = { account: 'acct_a', requestId: 'node-1.call:7' }
  expect(holdIdOf(key)).toBe('acct_a.node-1.call:7')
  expect(parseHoldId(holdIdOf(key))).toEqual(key)
})

test('the id of an emergency hold says that it is one, however long the request id was', () => {
  const key = parseHoldId(emergencyHoldIdOf({ account: 'a'.repeat(64), requestId: 'r'.repeat(64) }))
  expect(key && isEmergencyHold(key)).toBe(true)
})

test.each([
  '',
  'acct_a',
  '.r1',
  'acct_a.',
  'acct a.r1',
  'acct_a.r 1',
  `acct_a.${'r'.repeat(65)}`,
  'acct_a.emergency.',
])('%j is no id of a hold', (id) => {
  expect(parseHoldId(id)).toBeNull()
})
