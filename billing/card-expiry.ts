/** When a card has expired: it is good until the end of its month, wherever that ends last. */
export function cardExpiresAt(card: { readonly expiryYear: number; readonly expiryMonth: number }): Date {
  return new Date(Date.UTC(card.expiryYear, card.expiryMonth, 1, 12))
}
