import { z } from 'zod'
import { MICROS_PER_USD, parseUsd } from '../money.ts'

/** Money in a mail's content: a decimal string as `formatUsd` writes it. */
export const money = z.string().regex(/^-?\d{1,13}(\.\d{1,6})?$/, 'must be a decimal amount in USD')

/** An instant in a mail's content. */
export const instant = z.iso.datetime({ offset: true })

/** The card as its owner knows it. */
export const card = z.object({ brand: z.string(), last4: z.string() })
export type CardShown = z.infer<typeof card>

const CENTS_PER_USD = 100n
const MICROS_PER_CENT = MICROS_PER_USD / CENTS_PER_USD

/** `$1,050.00`, `-$3.25`. Cents that are not whole are rounded down, so that no mail shows more than there is. */
export function dollars(amount: string): string {
  const count = parseUsd(amount)
  const remainder = ((count % MICROS_PER_CENT) + MICROS_PER_CENT) % MICROS_PER_CENT
  const cents = (count - remainder) / MICROS_PER_CENT
  const size = cents < 0n ? -cents : cents
  const whole = (size / CENTS_PER_USD).toString().replace(/\B(?=(\d{3})+$)/g, ',')
  return `${cents < 0n ? '-' : ''}$${whole}.${(size % CENTS_PER_USD).toString().padStart(2, '0')}`
}

/** `Mon, Mar 2, 2026, 7:00 AM EST`: an instant on the clocks of a zone. */
export function time(iso: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  })
  return format.format(new Date(iso))
}

/** `Visa ending in 4242`. */
export function cardName({ brand, last4 }: CardShown): string {
  return `${BRAND_NAMES.get(brand) ?? brand} ending in ${last4}`
}

/** Stripe's words for brands that people write otherwise. */
const BRAND_NAMES: ReadonlyMap<string, string> = new Map([
  ['amex', 'American Express'],
  ['diners', 'Diners Club'],
  ['discover', 'Discover'],
  ['eftpos_au', 'eftpos'],
  ['jcb', 'JCB'],
  ['mastercard', 'Mastercard'],
  ['unionpay', 'UnionPay'],
  ['visa', 'Visa'],
  ['unknown', 'Card'],
])

/** What becomes of service, in one sentence. */
export function serviceOutlook(balance: string): string {
  return parseUsd(balance) > 0n
    ? `Your credit is ${dollars(balance)}. Calls and texts stop when it reaches $0.00.`
    : `Your credit is ${dollars(balance)}. Calls and texts have stopped until credit is added.`
}
