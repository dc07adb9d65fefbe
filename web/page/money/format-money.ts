const CENT_PLACES = 2
const grouping = new Intl.NumberFormat('en-US')

/** The parts of an amount for display: exact, with cents always and further places only where there are any. */
export interface MoneyParts {
  /** A minus sign or nothing. */
  readonly sign: string
  /** `1,250.50` */
  readonly cents: string
  /** What is beyond the cents: `34` of 0.1234. */
  readonly beyond: string
}

/** Works on the text that the API sends, so that nothing is rounded. */
export function moneyParts(amount: string): MoneyParts {
  const [, minus, whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? []
  const places = fraction.replace(/0+$/, '').padEnd(CENT_PLACES, '0')
  return {
    sign: minus ? '\u2212' : '',
    cents: `${grouping.format(BigInt(whole))}.${places.slice(0, CENT_PLACES)}`,
    beyond: places.slice(CENT_PLACES),
  }
}

/** `−$1,250.50`, `$0.0124` */
export function formatMoney(amount: string): string {
  const { sign, cents, beyond } = moneyParts(amount)
  return `${sign}$${cents}${beyond}`
}

/** For a form field: `75.00` of `75.000000`. */
export function moneyForField(amount: string): string {
  const [whole = '0', fraction = ''] = amount.split('.')
  return `${whole}.${fraction.replace(/0+$/, '').padEnd(CENT_PLACES, '0')}`
}

export function isDebit(amount: string): boolean {
  return amount.startsWith('-')
}

/** The amount without its sign. */
export function sizeOf(amount: string): string {
  return amount.replace(/^-/, '')
}
