import { expect, test } from 'vitest'
import { fakeClock } from '../support/fake-clock.ts'

test('a fake clock stands still until it is moved', () => {
  const clock = fakeClock('2026-03-02T12:00:00Z')
  const before = clock.now()

  clock.advance(90_000)
  expect(before.toISOString()).toBe('2026-03-02T12:00:00.000Z')
  expect(clock.now().toISOString()).toBe('2026-03-02T12:01:30.000Z')

  clock.set('2026-03-31T23:59:59+02:00')
  expect(clock.now().toISOString()).toBe('2026-03-31T21:59:59.000Z')
})

test('a fake clock refuses what is no instant', () => {
  expect(() => fakeClock('yesterday')).toThrow('not an ISO instant: yesterday')
})
