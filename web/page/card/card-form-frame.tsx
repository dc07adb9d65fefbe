import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { ApiProblem, describeError, NoAnswer } from '../api/problem.ts'
import type { CardFormProps } from './card-form.ts'
import styles from './card-form-frame.module.css'

interface CardFormFrameProps extends Pick<CardFormProps, 'consent' | 'onConfirmed' | 'onCancel'> {
  readonly children: ReactNode
  /** Hands the card over; answers with what went wrong in plain words, or null. */
  readonly confirm: () => Promise<string | null>
}

/** What both card forms have around their fields. */
export function CardFormFrame({ children, consent, confirm, onConfirmed, onCancel }: CardFormFrameProps) {
  const save = useMutation({
    mutationFn: async () => {
      const refusal = await confirm()
      if (refusal !== null) throw new CardRefused(refusal)
      await onConfirmed()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form className={styles['form']} onSubmit={submit}>
      {children}
      <p className="dimmed small">{consent}</p>
      {save.error && (
        <p className={styles['refusal']} role="alert">
          {refusalOf(save.error)}
        </p>
      )}
      <div className={styles['buttons']}>
        <Button variant="default" onClick={onCancel}>
          Not now
        </Button>
        <Button type="submit" loading={save.isPending}>
          Save this card
        </Button>
      </div>
    </form>
  )
}

/** Why a card is not on file, in words for the customer. */
export class CardRefused extends Error {
  override name = 'CardRefused'
}

function refusalOf(error: Error): string {
  const isOurs = error instanceof ApiProblem || error instanceof NoAnswer
  return isOurs ? describeError(error) : error.message
}
