import { describe, expect, test } from 'vitest'
import { localDaysTouched } from '../../billing/local-days.ts'
import { formatUsd, parseUsd } from '../../billing/money.ts'
import { DEFAULT_RECHARGE_CAPS } from '../../billing/recharge-caps.ts'
import { previewRecharges, type RechargeTrial } from '../../billing/recharge-preview.ts'

const TRIAL: RechargeTrial = {
  amount: parseUsd('100'),
  threshold: parseUsd('10'),
  caps: DEFAULT_RECHARGE_CAPS,
}

const hour = (n: number) => new Date(Date.parse('2026-03-01T00:00:00Z') + n * 3_600_000)

/** Changes by the hour at which they come. */
function preview(
  opening: string | null,
  changes: readonly (readonly [number, string])[],
  trial: RechargeTrial | null = TRIAL,
) {
  const steps = changes.map(([at, change]) => ({ at: hour(at), change: parseUsd(change) }))
  const path = { from: hour(0), to: hour(240), opening: opening === null ? null : parseUsd(opening), steps }
  const { recharges, total, lowestBalance, lowestAt, heldBack, withoutCredit } = previewRecharges(path, trial)
  const hourOf = (at: Date) => (at.getTime() - hour(0).getTime()) / 3_600_000
  return {
    recharges: recharges.map(({ at, amount }) => `${hourOf(at)}: ${formatUsd(amount)}`),
    total: formatUsd(total),
    lowest: `${hourOf(lowestAt)}: ${formatUsd(lowestBalance)}`,
    heldBack: heldBack.map(({ at, why }) => `${hourOf(at)}: ${why}`),
    withoutCredit: withoutCredit.map(({ from, to }) => `${hourOf(from)}-${hourOf(to)}`),
  }
}

describe('the preview of auto-recharge', () => {
  test('recharges when the balance falls strictly below the threshold', () => {
    expect(
      preview('30', [
        [1, '-20'],
        [2, '-0.000001'],
        [3, '-50'],
      ]),
    ).toEqual({
      recharges: ['2: 100.000000'],
      total: '100.000000',
      lowest: '2: 9.999999',
      heldBack: [],
      withoutCredit: [],
    })
  })

  test('recharges again at once while a gap is larger than one recharge', () => {
    expect(preview('30', [[5, '-250']])).toMatchObject({
      recharges: ['5: 100.000000', '5: 100.000000', '5: 100.000000'],
      lowest: '5: -220.000000',
      withoutCredit: [],
    })
  })

  test('recharges at its beginning where the balance is below already', () => {
    expect(preview('9', []).recharges).toEqual(['0: 100.000000'])
  })

  test('begins with the first entry of an account that is younger', () => {
    expect(
      preview(null, [
        [50, '200'],
        [60, '-195'],
      ]),
    ).toMatchObject({
      recharges: ['60: 100.000000'],
      lowest: '60: 5.000000',
    })
    expect(preview(null, [])).toMatchObject({ recharges: [], lowest: '240: 0.000000' })
  })

  test('is held back by a cap, and goes on when the cap opens', () => {
    const caps = { ...DEFAULT_RECHARGE_CAPS, day: { count: 1, amount: parseUsd('100') } }
    expect(
      preview(
        '20',
        [
          [1, '-15'],
          [2, '-140'],
          [6, '-1'],
        ],
        { ...TRIAL, caps },
      ),
    ).toMatchObject({
      recharges: ['1: 100.000000', '25: 100.000000'],
      heldBack: ['2: cap_day'],
      withoutCredit: ['2-25'],
      lowest: '6: -36.000000',
    })
  })

  test('tells how the balance went where nothing is recharged', () => {
    expect(
      preview(
        '20',
        [
          [1, '-20'],
          [3, '5'],
          [4, '-6'],
          [200, '-1'],
        ],
        null,
      ),
    ).toEqual({
      recharges: [],
      total: '0.000000',
      lowest: '200: -2.000000',
      heldBack: [],
      withoutCredit: ['1-3', '4-240'],
    })
  })
})

test.each([
  [[], 0],
  [[['2026-03-02T12:00:00Z', '2026-03-02T13:00:00Z']], 1],
  [
    [
      ['2026-03-02T12:00:00Z', '2026-03-02T13:00:00Z'],
      ['2026-03-02T14:00:00Z', '2026-03-02T15:00:00Z'],
    ],
    1,
  ],
  // Midnight in New York is at five.
  [[['2026-03-02T04:59:00Z', '2026-03-02T05:00:00Z']], 1],
  [[['2026-03-02T04:59:00Z', '2026-03-02T05:00:00.001Z']], 2],
  [
    [
      ['2026-03-02T12:00:00Z', '2026-03-05T12:00:00Z'],
      ['2026-03-05T14:00:00Z', '2026-03-06T12:00:00Z'],
    ],
    5,
  ],
  [[['2026-03-02T12:00:00Z', '2026-03-02T12:00:00Z']], 1],
])('the spans %j touch %d days in New York', (spans, days) => {
  const dates = spans.map(([from, to]) => ({ from: new Date(from ?? ''), to: new Date(to ?? '') }))
  expect(localDaysTouched('America/New_York', dates)).toBe(days)
})
