const TYPED = /^\$?\s*(\d{1,13})(?:\.(\d{0,2}))?$/

/** What a person typed as dollars and cents, such as `$1,250.5`, as the API takes it; null when it is no amount. */
export function typedAmount(text: string): string | null {
  const [, whole, cents = ''] = TYPED.exec(text.trim().replaceAll(',', '')) ?? []
  return whole === undefined ? null : `${whole}.${cents.padEnd(2, '0')}`
}
