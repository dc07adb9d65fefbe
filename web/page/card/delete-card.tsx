import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useAccountApi } from '../api/account-api.ts'
import { type CardsOnFile, cardName } from '../api/card.ts'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import type { CardRole } from './register-card.tsx'

interface DeleteCardProps {
  readonly cards: CardsOnFile
  readonly role: CardRole
  readonly onClose: () => void
}

/** Says what deleting a card means, and deletes it when that is meant. */
export function DeleteCard({ cards, role, onClose }: DeleteCardProps) {
  const api = useAccountApi()
  const queries = useQueryClient()
  const card = role === 'backup' && cards.backup ? cards.backup : cards
  const remove = useMutation({
    mutationFn: () => api.fetch(`/card?card=${encodeURIComponent(card.id)}`, { method: 'DELETE' }),
    onSuccess: async () => {
      await queries.invalidateQueries()
      onClose()
    },
  })
  return (
    <ConfirmDialog
      title={`Delete ${cardName(card)}?`}
      confirmLabel="Delete the card"
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{consequence(cards, role)}</p>
      <p className="dimmed small">
        The credit that you have stays. A payment that is on its way is not stopped.
      </p>
    </ConfirmDialog>
  )
}

function consequence({ backup }: CardsOnFile, role: CardRole): string {
  if (role === 'backup') return 'When your card is refused, there is no other one to try.'
  if (backup) return `${cardName(backup)} takes its place and is charged from then on.`
  return 'It is your only card. Auto-recharge rests without one: when the credit is used up, calls and texts stop.'
}
