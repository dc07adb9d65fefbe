import { useQuery } from '@tanstack/react-query'
import { useAccountApi } from './account-api.ts'
import { ApiProblem } from './problem.ts'

export interface Card {
  readonly id: string
  readonly brand: string
  readonly last4: string
  /** `2030-12` */
  readonly expiry: string
  /** Why it is not charged automatically, in plain words. */
  readonly stoppedMessage: string | null
}

export interface CardsOnFile extends Card {
  readonly backup: Card | null
}

/** The card on file with its backup; null when there is none. */
export function useCard() {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['card'],
    queryFn: async () => {
      try {
        return await api.get<CardsOnFile>('/card')
      } catch (error) {
        if (error instanceof ApiProblem && error.kind === 'no-card') return null
        throw error
      }
    },
  })
}

/** `Visa ending in 4242` */
export function cardName({ brand, last4 }: Card): string {
  return `${BRANDS[brand] ?? brand} ending in ${last4}`
}

export function brandName({ brand }: Card): string {
  return BRANDS[brand] ?? brand
}

const BRANDS: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
}
