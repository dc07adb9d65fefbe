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
  /**
   * Test cards of Stripe's on file, the backup card second; without any, auto-recharge is off. No two accounts have the
   * same one: the limits of a declined card hold for all accounts that share it.
   */
  readonly cards: readonly string[]
}

const DECLINED = 'pm_card_declined_insufficient_funds'
const EXPIRED = 'pm_card_declined_expired_card'

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  account('sunrise-solar', 'America/Phoenix', '+16025550142', {
    credit: '10.50',
    share: 5,
    cards: ['pm_card_visa'],
  }),
  account('harbor-realty', 'America/New_York', '+12125550117', {
    credit: '40',
    share: 4,
    cards: ['pm_card_mastercard'],
  }),
  account('bluebird-dental', 'America/Chicago', '+13125550163', {
    credit: '10.20',
    share: 2,
    cards: [DECLINED],
  }),
  account('maple-loans', 'America/Toronto', '+14165550128', {
    credit: '12',
    share: 3,
    cards: [EXPIRED, 'pm_card_bypassPending'],
  }),
  account('thistle-insurance', 'Europe/London', '+442079460958', {
    credit: '30',
    share: 3,
    cards: ['pm_card_amex'],
  }),
  account('southern-cross-travel', 'Australia/Sydney', '+61255501234', { credit: '11', share: 1, cards: [] }),
]

/** The account that has rates of its own. */
export const ACCOUNT_WITH_OWN_CARD = 'harbor-realty'

function account(
  id: string,
  timeZone: string,
  number: string,
  { credit, share, cards }: { credit: string; share: number; cards: readonly string[] },
): DemoAccount {
  return { id, timeZone, number, startingCredit: parseUsd(credit), share, cards }
}
