import { expect, test } from 'vitest'
import {
  changeNumber,
  NUMBER_EVENTS,
  NUMBER_STATES,
  type NumberState,
} from '../../billing/number-lifecycle.ts'

const STATES: readonly (NumberState | null)[] = [null, ...NUMBER_STATES]

/** For each event, what it makes of: a number never bought, active, grace, suspended, released, ported out. */
const OUTCOMES = {
  purchase: [
    'active',
    'number_already_bought',
    'number_already_bought',
    'number_already_bought',
    'active',
    'active',
  ],
  enter_grace: [
    'number_unknown',
    'grace',
    'wrong_state',
    'wrong_state',
    'number_released',
    'number_ported_out',
  ],
  suspend: [
    'number_unknown',
    'wrong_state',
    'suspended',
    'wrong_state',
    'number_released',
    'number_ported_out',
  ],
  come_back: ['number_unknown', 'wrong_state', 'active', 'active', 'number_released', 'number_ported_out'],
  release: ['number_unknown', 'released', 'renewal_due', 'released', 'number_released', 'number_ported_out'],
  restore: [
    'number_unknown',
    'number_not_released',
    'number_not_released',
    'number_not_released',
    'active',
    'number_ported_out',
  ],
  port_out: [
    'number_unknown',
    'ported_out',
    'ported_out',
    'ported_out',
    'number_released',
    'number_ported_out',
  ],
  reassign: [
    'number_unknown',
    'active',
    'renewal_due',
    'number_suspended',
    'number_released',
    'number_ported_out',
  ],
} as const

const CASES = NUMBER_EVENTS.flatMap((event) =>
  STATES.map((state, n) => [event, state ?? 'never bought', OUTCOMES[event][n], state] as const),
)

test.each(CASES)('%s of a number that is %s: %s', (event, _, outcome, state) => {
  const change = changeNumber(event, { state, renewalDue: false })
  expect(change.do === 'change' ? change.to : change.code).toBe(outcome)
})

test.each([
  ['release', 'active', 'renewal_due'],
  ['reassign', 'active', 'renewal_due'],
  ['release', 'suspended', 'released'],
  ['port_out', 'active', 'ported_out'],
  ['port_out', 'grace', 'ported_out'],
] as const)('%s of a number that is %s with an unpaid renewal: %s', (event, state, outcome) => {
  const change = changeNumber(event, { state, renewalDue: true })
  expect(change.do === 'change' ? change.to : change.code).toBe(outcome)
})

test('a refusal says what is wrong and what would help', () => {
  expect(changeNumber('purchase', { state: 'grace', renewalDue: true })).toEqual({
    do: 'refuse',
    code: 'number_already_bought',
    message: 'the number is rented already: it can be bought again once it is released or ported out',
  })
  expect(changeNumber('suspend', { state: 'active', renewalDue: false })).toMatchObject({
    message: 'this cannot happen to a number in its state, active',
  })
})
