import type { StripeAccess } from '../api/session.ts'
import type { CardSetup } from './register-card.tsx'

/** What a form for cards works with, that of Stripe and that of its stand-in alike. */
export interface CardFormProps {
  readonly stripe: StripeAccess
  readonly setup: CardSetup
  /** What the customer agrees to by saving. */
  readonly consent: string
  /** Stripe has the card: it can be put on file. */
  readonly onConfirmed: () => Promise<void>
  readonly onCancel: () => void
}
