import { describe, expect, it } from 'vitest'
import { webhookRetryMs } from '../../billing/webhook-retry.ts'

const DAY_MS = 86_400_000

describe('a webhook that was not delivered', () => {
  it.each([
    [1, 10_000],
    [2, 20_000],
    [3, 40_000],
    [9, 2_560_000],
    [10, 3_600_000],
    [5_000, 3_600_000],
  ])('is sent again after try %i in %i ms', (tries, waitMs) => {
    expect(webhookRetryMs({ tries, tryingForMs: DAY_MS })).toBe(waitMs)
  })

  it('is given up after three days', () => {
    expect(webhookRetryMs({ tries: 80, tryingForMs: 3 * DAY_MS - 1 })).not.toBeNull()
    expect(webhookRetryMs({ tries: 80, tryingForMs: 3 * DAY_MS })).toBeNull()
  })
})
