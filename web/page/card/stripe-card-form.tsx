import { useComputedColorScheme } from '@mantine/core'
import { Elements, PaymentElement, useElements, useStripe } from '@stripe/react-stripe-js'
import { useMemo } from 'react'
import type { CardFormProps } from './card-form.ts'
import { CardFormFrame } from './card-form-frame.tsx'
import { loadStripe } from './load-stripe.ts'

/** Stripe's Payment Element: the card's number is typed into a frame of Stripe's. */
export function StripeCardForm(props: CardFormProps) {
  const { publishableKey } = props.stripe
  const scheme = useComputedColorScheme('light')
  const stripe = useMemo(() => loadStripe(publishableKey), [publishableKey])
  const appearance = { theme: scheme === 'dark' ? 'night' : 'stripe' } as const
  return (
    <Elements stripe={stripe} options={{ clientSecret: props.setup.clientSecret, appearance }}>
      <ElementForm {...props} />
    </Elements>
  )
}

function ElementForm({ consent, onConfirmed, onCancel }: CardFormProps) {
  const stripe = useStripe()
  const elements = useElements()
  const confirm = async () => {
    if (!stripe || !elements) return 'The form is still loading.'
    const { error } = await stripe.confirmSetup({ elements, redirect: 'if_required' })
    return error ? (error.message ?? 'The card was not accepted.') : null
  }
  return (
    <CardFormFrame consent={consent} confirm={confirm} onConfirmed={onConfirmed} onCancel={onCancel}>
      <PaymentElement />
    </CardFormFrame>
  )
}
