import type { Price, PriceSlot } from '../api/rates.ts'
import { formatMoney } from '../money/format-money.ts'

/** A price in words, the most important first: `$0.013 per minute`, then what is added to it. */
export function priceWords(price: Price): string[] {
  const [first, ...later] = price.slots
  if (price.unit === 'event' && first && isZero(first.rate)) return [`${formatMoney(price.setupFee)} each`]
  return [
    ...(first ? [slotWords(first, price)] : []),
    ...later.map((slot) => `${slotWords(slot, price)} from second ${slot.fromSecond} on`),
    ...(isZero(price.setupFee) ? [] : [`${formatMoney(price.setupFee)} ${SETUP[price.unit]}`]),
    ...(isZero(price.surcharge) ? [] : [`${formatMoney(price.surcharge)} carrier surcharge`]),
    ...(price.minimumSeconds > 0 ? [`at least ${price.minimumSeconds} seconds are billed`] : []),
    ...(price.unit === 'time' && first ? [`billed by ${seconds(first.incrementSeconds)}`] : []),
  ]
}

const SETUP = { time: 'for each answered call', segment: 'for each text', event: 'once' } as const

function slotWords({ rate, perSeconds }: PriceSlot, { unit }: Price): string {
  if (unit === 'segment') return `${formatMoney(rate)} per segment`
  if (unit === 'event') return `${formatMoney(rate)} each`
  return `${formatMoney(rate)} per ${perSeconds === 60 ? 'minute' : seconds(perSeconds)}`
}

function seconds(count: number): string {
  if (count === 60) return 'the minute'
  return count === 1 ? 'the second' : `${count} seconds`
}

function isZero(amount: string): boolean {
  return /^0(\.0+)?$/.test(amount)
}
