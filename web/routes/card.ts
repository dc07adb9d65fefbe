import { z } from 'zod'
import { resumeFromPassingPause } from '../../db/auto-recharge.ts'
import { type Card, readCards, swapCards } from '../../db/cards.ts'
import { lockAccount } from '../../db/lock-account.ts'
import { inTransaction } from '../../db/transaction.ts'
import { forgetCard } from '../../jobs/remove-card.ts'
import { cardAnswer, cardSchema, noCard } from '../card-answer.ts'
import { oneOf } from '../parameters.ts'
import { invalidValue, Problem } from '../problem.ts'
import { requireAccount } from '../require-account.ts'
import { requirePayments } from '../require-payments.ts'
import { defineRoute, type WebContext } from '../route.ts'

const path = '/v1/accounts/:account/card'
const answers = { status: 200, content: { 'application/json': cardSchema } } as const

/** The card on file and its backup: what a customer needs to know them by, and no number. */
export const card = defineRoute({
  method: 'GET',
  path,
  scope: 'read',
  customers: 'read',
  summary: 'The card on file and its backup',
  query: z.strictObject({}),
  problems: ['no-card'],
  answers,

  async handle({ request }, { db }) {
    const account = await requireAccount(db, request)
    return cardAnswer(await readCards(db, account))
  },
})

/** Takes a card off file; the backup card takes the place of the default card. */
export const deleteCard = defineRoute({
  method: 'DELETE',
  path,
  scope: 'manage',
  customers: 'manage',
  summary: 'Takes a card off file: the default card, unless another one is named',
  description: 'The backup card takes its place. Without any card auto-recharge rests.',
  query: z.strictObject({
    card: z.string('must be given once').optional(),
    role: oneOf(['default', 'backup']).optional(),
  }),
  problems: ['no-card', 'payments-not-configured'],
  answers: { status: 204, content: {} },

  async handle({ query, request }, context) {
    const account = await requireAccount(context.db, request)
    if (query.card !== undefined && query.role !== undefined) {
      throw invalidValue('role', 'must be left out where a card is named')
    }
    const payments = requirePayments(context)
    const wanted = pick(await readCards(context.db, account), query)
    if (!wanted || !(await forgetCard(payments, { account, id: wanted.id }))) throw noCard()
  },
})

function pick(cards: readonly Card[], wanted: { card?: string | undefined; role?: string | undefined }) {
  if (wanted.card !== undefined) return cards.find(({ id }) => id === wanted.card)
  if (wanted.role === 'backup') return cards.find(({ role }) => role === 'backup')
  return cards[0]
}

/** The backup card becomes the default card and the other way round. What the default card had paused goes on. */
export const swapCard = defineRoute({
  method: 'PUT',
  path: `${path}/default`,
  scope: 'manage',
  customers: 'manage',
  summary: 'Makes the backup card the default card, and the other way round',
  query: z.strictObject({}),
  problems: [['no-card', 409]],
  answers,

  async handle({ request }, context) {
    const account = await requireAccount(context.db, request)
    await swap(context, account)
    context.waker.wake('recharge-account', { v: 1, account })
    return cardAnswer(await readCards(context.db, account))
  },
})

async function swap({ db, clock }: WebContext, account: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockAccount(tx, account)
    if (!(await swapCards(tx, account))) {
      throw new Problem('no-card', { status: 409, detail: 'there is no backup card to change places with' })
    }
    await resumeFromPassingPause(tx, account, clock.now())
  })
}
