import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type CardsOnFile, cardName, useCard } from '../api/card.ts'
import { useMayChange } from '../api/session.ts'
import { formatMoney } from '../money/format-money.ts'
import { useGoToPanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { ViewerNote } from '../parts/viewer-note.tsx'
import styles from './amount-form.module.css'
import { AMOUNT_RULE, checkAmount } from './amount-rule.ts'

const SUGGESTIONS = ['25', '50', '100', '250']

interface AmountFormProps {
  readonly isSending: boolean
  /** Why the last one was refused; null when none was. */
  readonly refusal: unknown
  readonly onPay: (amount: string) => void
}

/** The amount, the card that pays it, and one button. */
export function AmountForm({ isSending, refusal, onPay }: AmountFormProps) {
  const mayChange = useMayChange()
  const { data: card } = useCard()
  const [typed, setTyped] = useState('50')
  const checked = checkAmount(typed)
  const amount = 'amount' in checked ? checked.amount : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (amount !== null) onPay(amount)
  }
  return (
    <form className={styles['form']} onSubmit={submit} noValidate>
      <TextInput
        label="Amount"
        description={AMOUNT_RULE}
        error={'fault' in checked ? checked.fault : null}
        inputMode="decimal"
        autoComplete="off"
        leftSection="$"
        size="md"
        value={typed}
        disabled={!mayChange}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <Suggestions isDisabled={!mayChange} onChoose={setTyped} />
      <CardLine card={card} />
      {refusal !== null && <Trouble error={refusal} />}
      <Button
        type="submit"
        size="md"
        fullWidth
        loading={isSending}
        disabled={!mayChange || amount === null || !card}
      >
        {amount === null ? 'Pay now' : `Pay ${formatMoney(amount)} now`}
      </Button>
      <ViewerNote what="pay" />
    </form>
  )
}

function Suggestions({ isDisabled, onChoose }: { isDisabled: boolean; onChoose: (typed: string) => void }) {
  return (
    <fieldset className={styles['suggestions']} aria-label="Suggested amounts">
      {SUGGESTIONS.map((typed) => (
        <Button key={typed} variant="default" size="xs" disabled={isDisabled} onClick={() => onChoose(typed)}>
          ${typed}
        </Button>
      ))}
    </fieldset>
  )
}

/** Undefined while it is not known yet. */
function CardLine({ card }: { card: CardsOnFile | null | undefined }) {
  const goToPanel = useGoToPanel()
  if (card === undefined) return <p className="dimmed small">Looking for your card…</p>
  if (card) return <p className="small">Charged to {cardName(card)}. The credit is there at once.</p>
  return (
    <p className="small">
      There is no card on file.{' '}
      <button type="button" className={styles['link']} onClick={() => goToPanel('card')}>
        Register a card
      </button>{' '}
      first.
    </p>
  )
}
