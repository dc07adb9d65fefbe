import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useAccountApi } from '../api/account-api.ts'
import { useMayChange } from '../api/session.ts'
import { Trouble } from '../parts/trouble.tsx'

/** The backup card becomes the one that is charged first, and the other way round. */
export function SwapCards() {
  const api = useAccountApi()
  const queries = useQueryClient()
  const swap = useMutation({
    mutationFn: () => api.change('/card/default', { method: 'PUT' }),
    onSuccess: () => queries.invalidateQueries(),
  })
  return (
    <>
      <Button
        variant="default"
        size="sm"
        disabled={!useMayChange()}
        loading={swap.isPending}
        onClick={() => swap.mutate()}
      >
        Charge the backup first
      </Button>
      {swap.error && <Trouble error={swap.error} />}
    </>
  )
}
