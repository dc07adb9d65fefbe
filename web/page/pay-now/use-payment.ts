import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { type AccountApi, useAccountApi } from '../api/account-api.ts'
import { ApiProblem, NoAnswer } from '../api/problem.ts'
import { isSettled, type Topup, type TopupWithSecret, useTopup, useTopups } from '../api/topups.ts'
import { closeForm, isOver, markRefused, markSent, openForm, type PaymentForm } from './payment-form.ts'

/** How far a payment has come. */
export type PaymentStep =
  | { readonly step: 'form'; readonly refusal: unknown }
  | { readonly step: 'sending' }
  /** It was sent, and nobody here knows what became of it: sending it again is safe. */
  | { readonly step: 'lost'; readonly amount: string }
  | { readonly step: 'watching'; readonly id: string; readonly note: string | null }

export interface Payment {
  readonly step: PaymentStep
  /** The top-up that is watched. */
  readonly topup: TopupWithSecret | null
  /** Sends the form; a second call while the first one runs does nothing. */
  pay(amount: string): Promise<void>
  /** Asks for the watched top-up at once. */
  look(): void
  /** The outcome was seen. */
  startOver(): void
}

const OTHER_TAB = 'This payment was made from another tab already. Your card was charged once.'
const ON_ITS_WAY = 'Another payment is on its way. Nothing more was charged.'

/** Pays at most once for each form, whatever happens on the way. */
export function usePayment(): Payment {
  const api = useAccountApi()
  const queries = useQueryClient()
  const isSending = useRef(false)
  const [form, setForm] = useState(() => openForm(api.account))
  const [step, setStep] = useState<PaymentStep>(() => firstStep(form))
  const watched = useTopup(step.step === 'watching' ? step.id : null)
  const topup = step.step === 'watching' ? (watched.data ?? null) : null
  useOpenTopup(step, setStep)

  const settled = topup !== null && isSettled(topup) ? topup.id : null
  useEffect(() => {
    if (settled === null) return
    closeForm(api.account, form)
    void queries.invalidateQueries()
  }, [settled, api.account, form, queries])

  const pay = async (amount: string) => {
    if (isSending.current) return
    isSending.current = true
    const note = isOver(api.account, form) ? OTHER_TAB : null
    setStep({ step: 'sending' })
    try {
      const outcome = await sendForm(api, markSent(api.account, form, amount), amount)
      if (outcome.form) setForm(outcome.form)
      setStep(
        outcome.step.step === 'watching'
          ? { ...outcome.step, note: outcome.step.note ?? note }
          : outcome.step,
      )
    } finally {
      isSending.current = false
    }
  }
  const startOver = () => {
    setForm(openForm(api.account))
    setStep({ step: 'form', refusal: null })
  }
  return { step, topup, pay, startOver, look: () => void watched.refetch() }
}

function firstStep({ sentAmount }: PaymentForm): PaymentStep {
  return sentAmount === null ? { step: 'form', refusal: null } : { step: 'lost', amount: sentAmount }
}

/** A payment that is on its way already, or waits for the customer, is shown in place of an empty form. */
function useOpenTopup(step: PaymentStep, setStep: (step: PaymentStep) => void): void {
  const { data: topups } = useTopups()
  const open = topups?.find(isOfInterest)?.id ?? null
  const isIdle = step.step === 'form' && step.refusal === null
  useEffect(() => {
    if (isIdle && open !== null) setStep({ step: 'watching', id: open, note: null })
  }, [isIdle, open, setStep])
}

/** A recharge that runs by itself is nothing to stop for. */
function isOfInterest(topup: Topup): boolean {
  return !isSettled(topup) && (topup.origin === 'manual' || topup.status === 'requires_action')
}

interface Outcome {
  readonly step: PaymentStep
  /** Null where the form stays as it is. */
  readonly form: PaymentForm | null
}

async function sendForm(api: AccountApi, form: PaymentForm, amount: string): Promise<Outcome> {
  const headers = { 'idempotency-key': form.key }
  try {
    const request = { method: 'POST', body: { amount }, headers } as const
    const topup = await api.change<TopupWithSecret>('/topups', request)
    return { step: { step: 'watching', id: topup.id, note: null }, form: null }
  } catch (error) {
    if (!isRefusal(error)) return { step: { step: 'lost', amount }, form }
    return refused(api.account, form, error)
  }
}

function refused(account: string, form: PaymentForm, problem: ApiProblem): Outcome {
  if (problem.kind === 'idempotency-key-reused') {
    closeForm(account, form)
    return { step: { step: 'form', refusal: problem }, form: openForm(account) }
  }
  const unsent = markRefused(account, form)
  if (problem.kind !== 'topup-open' || problem.topup === null) {
    return { step: { step: 'form', refusal: problem }, form: unsent }
  }
  return { step: { step: 'watching', id: problem.topup, note: ON_ITS_WAY }, form: unsent }
}

/** Problems of which the server says that nothing was charged. */
const SAFE = new Set(['payments-paused', 'payments-not-configured'])

function isRefusal(error: unknown): error is ApiProblem {
  if (error instanceof NoAnswer) return false
  if (!(error instanceof ApiProblem)) throw error
  return error.status < 500 || SAFE.has(error.kind)
}
