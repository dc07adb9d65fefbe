import { Button } from '@mantine/core'
import { useState } from 'react'
import { type PhoneNumber, useNumbers } from '../api/numbers.ts'
import { Loading } from '../parts/loading.tsx'
import { Panel } from '../parts/panel.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { ViewerNote } from '../parts/viewer-note.tsx'
import { type NumberChange, NumberDialog } from './number-dialog.tsx'
import { NumberLine } from './number-line.tsx'

interface Asked {
  readonly number: PhoneNumber
  readonly change: NumberChange
}

/** The numbers of the account: when they renew for how much, and what became of those that are gone. */
export function Numbers() {
  const numbers = useNumbers()
  const [asked, setAsked] = useState<Asked | null>(null)
  return (
    <Panel title="Phone numbers">
      <ViewerNote what="release or restore a number" />
      {numbers.error && <Trouble error={numbers.error} onRetry={() => void numbers.refetch()} />}
      {numbers.isPending && <Loading what="the numbers" lines={5} />}
      {numbers.data && (
        <NumberList numbers={numbers.data.pages.flatMap((page) => page.numbers)} onAsk={setAsked} />
      )}
      {numbers.hasNextPage && (
        <Button
          variant="default"
          loading={numbers.isFetchingNextPage}
          onClick={() => void numbers.fetchNextPage()}
        >
          Show more numbers
        </Button>
      )}
      {asked && <NumberDialog {...asked} onClose={() => setAsked(null)} />}
    </Panel>
  )
}

function NumberList({ numbers, onAsk }: { numbers: readonly PhoneNumber[]; onAsk: (asked: Asked) => void }) {
  if (numbers.length === 0)
    return <p className="dimmed">This account has no number yet. Numbers are bought in your CRM.</p>
  return (
    <ul>
      {numbers.map((number) => (
        <NumberLine key={number.number} number={number} onAsk={(change) => onAsk({ number, change })} />
      ))}
    </ul>
  )
}
