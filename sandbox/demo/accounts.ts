import { type Micros, parseUsd } from '../../billing/money.ts'

/** A customer of the demo. The names and numbers are invented; the numbers lie in ranges kept for that. */
export interface DemoAccount {
  readonly id: string
  readonly timeZone: string
  /** Its phone number, to which calls and texts come in. */
  readonly number: string
  /** Given once, at the first start. Some start close to the recharge threshold, so that it is seen at work. */
  readonly startingCredit: Micros
  /** Its share of the traffic, against that of the others. */
  readonly share: number
}

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  account('sunrise-solar', 'America/Phoenix', '+16025550142', { credit: '10.50', share: 5 }),
  account('harbor-realty', 'America/New_York', '+12125550117', { credit: '40', share: 4 }),
  account('bluebird-dental', 'America/Chicago', '+13125550163', { credit: '12', share: 2 }),
  account('maple-loans', 'America/Toronto', '+14165550128', { credit: '25', share: 3 }),
  account('thistle-insurance', 'Europe/London', '+442079460958', { credit: '30', share: 3 }),
  account('southern-cross-travel', 'Australia/Sydney', '+61255501234', { credit: '20', share: 1 }),
]

/** The account that has rates of its own. */
export const ACCOUNT_WITH_OWN_CARD = 'harbor-realty'

function account(
  id: string,
  timeZone: string,
  number: string,
  { credit, share }: { credit: string; share: number },
): DemoAccount {
  return { id, timeZone, number, startingCredit: parseUsd(credit), share }
}
