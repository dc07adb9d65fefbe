import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAccountApi } from '../api/account-api.ts'
import type { PhoneNumber } from '../api/numbers.ts'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'

export type NumberChange = 'release' | 'restore'

interface NumberDialogProps {
  readonly number: PhoneNumber
  readonly change: NumberChange
  readonly onClose: () => void
}

const WORDS = {
  release: {
    label: 'Release the number',
    means:
      'Calls and texts to it stop at once, and it does not renew any more. What it has cost is not paid back. For 10 days it can be restored, unless somebody else takes it.',
  },
  restore: {
    label: 'Restore the number',
    means:
      'It works again at once. Its month is charged to your credit, unless it is paid already, and it renews each month.',
  },
} as const

/** Says what releasing or restoring a number means, and does it when that is meant. */
export function NumberDialog({ number: { number }, change, onClose }: NumberDialogProps) {
  const api = useAccountApi()
  const queries = useQueryClient()
  const [key] = useState(() => crypto.randomUUID())
  const { label, means } = WORDS[change]
  const act = useMutation({
    mutationFn: () => {
      const path = `/numbers/${encodeURIComponent(number)}`
      return change === 'release'
        ? api.change(path, { method: 'DELETE' })
        : api.change(`${path}/restore`, { method: 'POST', headers: { 'idempotency-key': key } })
    },
    onSuccess: async () => {
      await queries.invalidateQueries()
      onClose()
    },
  })
  return (
    <ConfirmDialog
      title={`${change === 'release' ? 'Release' : 'Restore'} ${number}?`}
      confirmLabel={label}
      isDangerous={change === 'release'}
      isBusy={act.isPending}
      error={act.error}
      onConfirm={() => act.mutate()}
      onClose={onClose}
    >
      <p>{means}</p>
    </ConfirmDialog>
  )
}
