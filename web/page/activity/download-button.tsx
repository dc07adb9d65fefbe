import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type AccountApi, useAccountApi } from '../api/account-api.ts'
import { Trouble } from '../parts/trouble.tsx'
import { saveFile } from './download.ts'

interface DownloadButtonProps {
  readonly children: string
  /** For whoever does not see what it stands beside. */
  readonly label: string
  readonly fileName: string
  readonly ask: (api: AccountApi) => Promise<Response>
}

export function DownloadButton({ children, label, fileName, ask }: DownloadButtonProps) {
  const api = useAccountApi()
  const download = useMutation({ mutationFn: async () => await saveFile(await ask(api), fileName) })
  return (
    <>
      <Button
        variant="default"
        size="xs"
        aria-label={label}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        {children}
      </Button>
      {download.error && <Trouble error={download.error} />}
    </>
  )
}
