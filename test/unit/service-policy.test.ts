import { describe, expect, test } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { limitsInForce, type ServiceAsk, spendable } from '../../billing/service-policy.ts'
import { worstCase } from '../../billing/worst-case.ts'
import {
  ATTEMPT,
  aPolicy,
  INBOUND,
  INCOMING_TEXT,
  OLD_DAYS,
  OUTBOUND,
  PURCHASE,
  TEXT,
} from '../support/service-policies.ts'

const available = parseUsd('3')
const FINISH = aPolicy({ end: 'finish', overdraft: parseUsd('5') })
const INBOUND_FIRST = aPolicy({ inboundFirst: parseUsd('2') })
const BOTH = aPolicy({ end: 'finish', overdraft: parseUsd('5'), inboundFirst: parseUsd('2') })

describe('what an ask may take of $3 of available credit', () => {
  test.each<[string, ServiceAsk, boolean, typeof FINISH, string]>([
    ['is all of it', OUTBOUND, false, aPolicy(), '3'],
    ['is all of it for a call that goes on', OUTBOUND, true, aPolicy(), '3'],
    ['is all of it for a new call where running ones may finish', OUTBOUND, false, FINISH, '3'],
    ['is the overdraft too for a running call that may finish', OUTBOUND, true, FINISH, '8'],
    ['is what is above the floor for an outbound call', OUTBOUND, false, INBOUND_FIRST, '1'],
    ['is what is above the floor for an outbound call that goes on', OUTBOUND, true, INBOUND_FIRST, '1'],
    ['is what is above the floor for a text', TEXT, false, INBOUND_FIRST, '1'],
    ['is what is above the floor for an incoming text', INCOMING_TEXT, false, INBOUND_FIRST, '1'],
    ['is what is above the floor for a number', PURCHASE, false, INBOUND_FIRST, '1'],
    ['is all of it for an inbound call', INBOUND, false, INBOUND_FIRST, '3'],
    ["is all of it for connecting an inbound call's caller", ATTEMPT, false, INBOUND_FIRST, '3'],
    ['is the overdraft too for a running inbound call with a floor', INBOUND, true, BOTH, '8'],
    ['is never the overdraft for an outbound call with a floor', OUTBOUND, true, BOTH, '1'],
  ])('%s', (_, ask, isExtension, policy, most) => {
    expect(spendable({ ask, isExtension, available, policy })).toBe(parseUsd(most))
  })

  test('is less than nothing below the floor', () => {
    const available = parseUsd('1.5')
    expect(spendable({ ask: OUTBOUND, isExtension: false, available, policy: INBOUND_FIRST })).toBe(
      parseUsd('-0.5'),
    )
  })
})

describe('the limits in force', () => {
  const large = { concurrentCalls: 200, spendPerHour: parseUsd('500'), spendPerDay: parseUsd('900') }
  const small = { concurrentCalls: 5, spendPerHour: parseUsd('10'), spendPerDay: parseUsd('30') }
  const forNew = { concurrentCalls: 10, spendPerHour: parseUsd('20'), spendPerDay: parseUsd('50') }

  test.each([
    ['are small for an account of less than seven days', { limits: large, trusted: false }, 6.99, forNew],
    ['are those of the policy from seven days on', { limits: large, trusted: false }, 7, large],
    ['are those of the policy for a new account that is trusted', { limits: large, trusted: true }, 0, large],
    ['are those of the policy where they are smaller still', { limits: small, trusted: false }, 0, small],
  ])('%s', (_, policy, ageDays, limits) => {
    expect(limitsInForce(aPolicy(policy), ageDays)).toEqual(limits)
  })
})

describe('the worst case', () => {
  test('of the default policy takes nothing below zero, and is in dollars and in words', () => {
    const { explanation, ...amounts } = worstCase(aPolicy(), OLD_DAYS)
    expect(amounts).toEqual({ overrun: 0n, perHour: parseUsd('100'), perDay: parseUsd('300') })
    expect(explanation).toMatch(/^Calls and texts that were granted never take the balance below zero\. /)
    expect(explanation).toContain('$100.00 in an hour of the UTC clock and $300.00 in a UTC day')
    expect(explanation).toContain('$200.00 in any 60 minutes and $600.00 in any 24 hours')
  })

  test('of calls that may finish is the overdraft', () => {
    const { overrun, explanation } = worstCase(FINISH, OLD_DAYS)
    expect(overrun).toBe(parseUsd('5'))
    expect(explanation).toContain('to at most $5.00 below zero, all of them together')
  })

  test('of a day is no more than its hours come to', () => {
    const limits = { concurrentCalls: 1, spendPerHour: parseUsd('1'), spendPerDay: parseUsd('300') }
    const { perDay, explanation } = worstCase(aPolicy({ limits }), OLD_DAYS)
    expect(perDay).toBe(parseUsd('24'))
    expect(explanation).toContain('$25.00 in any 24 hours')
  })

  test('of a new account is that of its smaller limits', () => {
    expect(worstCase(aPolicy(), 1)).toMatchObject({ perHour: parseUsd('20'), perDay: parseUsd('50') })
  })
})
