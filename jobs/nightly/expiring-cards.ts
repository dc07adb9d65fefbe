import { listExpiringCards } from '../../db/expiring-cards.ts'
import { intendMail } from '../../db/mails.ts'
import { inTransaction } from '../../db/transaction.ts'
import { defineRun } from '../nightly-run.ts'

const PAGE = 500

/** Tells customers with auto-recharge that a card of theirs expires next month: one mail a card and expiry. */
export const expiringCards = defineRun({
  kind: 'expiring-cards',

  async work({ db, clock, newId }, run) {
    const expiry = monthAfter(run.cutOff)
    let after = run.position
    do {
      after = await inTransaction(db, async (tx) => {
        const cards = await listExpiringCards(tx, { ...expiry, after, limit: PAGE })
        const last = cards.at(-1)
        if (!last) return null
        let done = 0
        for (const { account, id, role, brand, last4, emails } of cards) {
          const isNew = await intendMail(
            tx,
            {
              account,
              template: 'card_expires',
              event: `card/${id}/${expiry.year}-${String(expiry.month).padStart(2, '0')}`,
              recipients: emails,
              content: {
                card: { brand, last4 },
                cardId: id,
                role,
                expiryMonth: expiry.month,
                expiryYear: expiry.year,
              },
            },
            { newId, now: clock.now() },
          )
          if (isNew) done += 1
        }
        await run.save(tx, { position: last.key, done, refused: 0 })
        return last.key
      })
    } while (after !== null)
  },
})

function monthAfter(instant: Date): { year: number; month: number } {
  const next = new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + 1, 1))
  return { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1 }
}
