import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type StripeAccess, useMayChange, useSession } from '../api/session.ts'
import type { TopupWithSecret } from '../api/topups.ts'
import { loadStripe } from '../card/load-stripe.ts'
import { formatMoney } from '../money/format-money.ts'
import { ViewerNote } from '../parts/viewer-note.tsx'
import styles from './payment-progress.module.css'

interface AuthenticateProps {
  readonly topup: TopupWithSecret
  readonly onDone: () => void
}

/** The bank wants the customer to confirm the payment; until then nothing is charged. */
export function Authenticate({ topup, onDone }: AuthenticateProps) {
  const { stripe } = useSession()
  const secret = topup.clientSecret
  return (
    <div className={styles['progress']}>
      <p>
        <strong>Your bank wants you to confirm {formatMoney(topup.amount)}.</strong> Nothing is charged until
        you do.
      </p>
      <ViewerNote what="confirm it" />
      {stripe && secret && <WayToBank stripe={stripe} secret={secret} onDone={onDone} />}
    </div>
  )
}

function WayToBank({ stripe, secret, onDone }: { stripe: StripeAccess; secret: string; onDone: () => void }) {
  const mayChange = useMayChange()
  if (!mayChange) return null
  return stripe.isStandIn ? (
    <SandboxBank origin={stripe.origin} secret={secret} />
  ) : (
    <StripeBank publishableKey={stripe.publishableKey} secret={secret} onDone={onDone} />
  )
}

/** The stand-in shows each payment under its id, which begins the secret. */
function SandboxBank({ origin, secret }: { origin: string; secret: string }) {
  const payment = secret.split('_secret')[0]
  return (
    <Button component="a" href={`${origin}/#${payment}`} target="_blank" rel="noreferrer">
      Open the sandbox's bank
    </Button>
  )
}

function StripeBank({
  publishableKey,
  secret,
  onDone,
}: {
  publishableKey: string
  secret: string
  onDone: () => void
}) {
  const confirm = useMutation({
    mutationFn: async () => {
      const stripe = await loadStripe(publishableKey)
      const { error } = await stripe.handleNextAction({ clientSecret: secret })
      if (error) throw new Error(error.message ?? 'Your bank did not confirm the payment.')
    },
    onSettled: onDone,
  })
  return (
    <>
      {confirm.error && <p role="alert">{confirm.error.message}</p>}
      <Button loading={confirm.isPending} onClick={() => confirm.mutate()}>
        Confirm with your bank
      </Button>
    </>
  )
}
