import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useAccountApi } from '../api/account-api.ts'
import { useSession } from '../api/session.ts'
import { Answered } from '../parts/answered.tsx'
import { Dialog } from '../parts/confirm-dialog.tsx'
import { Loading } from '../parts/loading.tsx'
import { CardRefused } from './card-form-frame.tsx'
import { StandInCardForm } from './stand-in-card-form.tsx'

export type CardRole = 'default' | 'backup'

const StripeCardForm = lazy(async () => ({
  default: (await import('./stripe-card-form.tsx')).StripeCardForm,
}))

/** What Stripe needs to take a card from this browser; the secret of one registration. */
export interface CardSetup {
  readonly setupIntent: string
  readonly clientSecret: string
}

/** The version of the text below, kept with the card. */
const CONSENT_VERSION = 'billing-page-1'
const CONSENT =
  'By registering a card you agree that it is charged when you press Pay now, and automatically while auto-recharge is on.'

/** Has the customer hand a card to Stripe; its number comes to no server of ours. */
export function RegisterCard({ role, onClose }: { role: CardRole; onClose: () => void }) {
  const { stripe, name } = useSession()
  const api = useAccountApi()
  const queries = useQueryClient()
  const setup = useQuery({
    queryKey: ['card-setup', role],
    queryFn: () => {
      const body = { role, consent: { by: name, textVersion: CONSENT_VERSION } }
      return api.change<CardSetup>('/card/setup', { method: 'POST', body })
    },
    gcTime: 0,
    staleTime: Infinity,
  })
  const finish = async ({ setupIntent }: CardSetup) => {
    const path = `/card/setup/${encodeURIComponent(setupIntent)}`
    const answer = await api.change<{ status?: 'waiting' }>(path, { method: 'POST' })
    if (answer.status === 'waiting') throw new CardRefused('Your bank has not confirmed the card yet.')
    await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'card-setup' })
    onClose()
  }
  return (
    <Dialog title={role === 'backup' ? 'Add a backup card' : 'Register a card'} onClose={onClose}>
      {stripe === null ? (
        <p>Cards cannot be registered at the moment. Please try again later.</p>
      ) : (
        <Answered query={setup} what="the form">
          {(made) => {
            const Form = stripe.isStandIn ? StandInCardForm : StripeCardForm
            return (
              <Suspense fallback={<Loading what="the form" lines={4} />}>
                <Form
                  stripe={stripe}
                  setup={made}
                  consent={CONSENT}
                  onConfirmed={() => finish(made)}
                  onCancel={onClose}
                />
              </Suspense>
            )
          }}
        </Answered>
      )}
    </Dialog>
  )
}
