import { describe, expect, it } from 'vitest'
import { type Micros, parseUsd } from '../../billing/money.ts'
import { addReport, noCharges } from '../../sandbox/start/charge-totals.ts'
import {
  hasMoved,
  newlyCredited,
  newlyInNeed,
  type Status,
  statusLine,
  statusTable,
} from '../../sandbox/start/status-lines.ts'

const REPORT = {
  charged: 2,
  free: 1,
  duplicates: 1,
  amount: parseUsd('1.376544'),
  refused: [{ index: 0, account: 'sunrise', id: 'x', code: 'no_rate', message: 'no rate', raw: {} }],
  rechargesNeeded: 1,
  toLookAt: [],
  holdsRefused: [],
}
const BEFORE = status({ records: 0, sunrise: '10.5', harbor: '40' })
const AFTER = status({ records: 3, sunrise: '9.123456', harbor: '40', needy: true })

describe('the status of npm start', () => {
  it('is one line with totals, what is new, and the balances that moved', () => {
    expect(statusLine(AFTER, BEFORE)).toBe(
      'records 3 (+3)  entries 2  1.376544 USD  duplicates 1  unrated 1  sunrise 9.123456',
    )
  })

  it('is a table with every account on a terminal', () => {
    expect(statusTable(AFTER, BEFORE)).toEqual([
      '  account                 balance, USD      just now',
      '  sunrise                     9.123456     -1.376544  needs a recharge',
      '  harbor                     40.000000',
      '',
      '  records 3 (+3)   entries 2   1.376544 USD   duplicates 1   unrated 1',
    ])
  })

  it('tells that something moved, and which accounts came to need a recharge', () => {
    expect(hasMoved(AFTER, BEFORE)).toBe(true)
    expect(hasMoved(AFTER, status({ records: 3, sunrise: '9.123456', harbor: '40', needy: true }))).toBe(
      false,
    )
    expect(newlyInNeed(AFTER, BEFORE)).toEqual(['sunrise'])
    expect(newlyInNeed(AFTER, AFTER)).toEqual([])
  })

  it('tells which accounts got credit', () => {
    const credited = status({ records: 3, sunrise: '69.123456', harbor: '40' })
    expect(newlyCredited(credited, AFTER)).toMatchObject([{ id: 'sunrise', balance: parseUsd('69.123456') }])
    expect(newlyCredited(AFTER, credited)).toEqual([])
  })
})

function status(at: { records: 0 | 3; sunrise: string; harbor: string; needy?: boolean }): Status {
  const totals = noCharges()
  if (at.records > 0) addReport(totals, REPORT)
  const account = (id: string, balance: Micros, needy = false) => ({
    id,
    balance,
    status: 'active' as const,
    rechargeNeededAt: needy ? new Date('2026-03-02T12:00:00Z') : null,
  })
  return {
    totals,
    accounts: [account('sunrise', parseUsd(at.sunrise), at.needy), account('harbor', parseUsd(at.harbor))],
  }
}
