import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { CardFormProps } from './card-form.ts'
import { CardFormFrame } from './card-form-frame.tsx'

/** Of docs.stripe.com/testing. */
const TEST_CARDS = [
  { value: '4242424242424242', label: '4242 4242 4242 4242: Visa that pays' },
  { value: '5555555555554444', label: '5555 5555 5555 4444: Mastercard that pays' },
  { value: '378282246310005', label: '3782 822463 10005: American Express that pays' },
  { value: '4000000000000341', label: '4000 0000 0000 0341: saved, and declined when it is charged' },
  { value: '4000002760003184', label: '4000 0027 6000 3184: wants to be confirmed with the bank' },
  { value: '4000000000000002', label: '4000 0000 0000 0002: declined at once' },
] as const

interface Confirmed {
  readonly status?: string
  readonly error?: { readonly message: string; readonly code?: string }
}

/** The sandbox has no form of Stripe's: one of the documented test cards is sent to where that form sends a card. */
export function StandInCardForm({ stripe, setup, ...frame }: CardFormProps) {
  const [number, setNumber] = useState<string>(TEST_CARDS[0].value)
  const confirm = async () => {
    const answer = await fetch(`${stripe.origin}/v1/setup_intents/${setup.setupIntent}/confirm`, {
      method: 'POST',
      body: new URLSearchParams({
        key: stripe.publishableKey,
        client_secret: setup.clientSecret,
        'payment_method_data[type]': 'card',
        'payment_method_data[card][number]': number,
      }),
    })
    const confirmed: Confirmed = await answer.json()
    // It was confirmed with the bank meanwhile.
    if (confirmed.error?.code === 'setup_intent_unexpected_state') return null
    if (confirmed.error) return confirmed.error.message
    return confirmed.status === 'requires_action'
      ? `The sandbox's bank wants this card confirmed: do so at ${stripe.origin}, then save it again.`
      : null
  }
  return (
    <CardFormFrame {...frame} confirm={confirm}>
      <NativeSelect
        label="Test card"
        description="This is the sandbox: no real card is taken, and no money moves."
        data={[...TEST_CARDS]}
        value={number}
        onChange={({ currentTarget }) => setNumber(currentTarget.value)}
      />
    </CardFormFrame>
  )
}
