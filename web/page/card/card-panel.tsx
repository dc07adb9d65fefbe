import { Button } from '@mantine/core'
import { useState } from 'react'
import { type CardsOnFile, useCard } from '../api/card.ts'
import { useMayChange } from '../api/session.ts'
import { Answered } from '../parts/answered.tsx'
import { Panel } from '../parts/panel.tsx'
import { ViewerNote } from '../parts/viewer-note.tsx'
import styles from './card-panel.module.css'
import { CardPicture } from './card-picture.tsx'
import { DeleteCard } from './delete-card.tsx'
import { type CardRole, RegisterCard } from './register-card.tsx'
import { SwapCards } from './swap-cards.tsx'

type Doing =
  | { readonly what: 'register'; readonly role: CardRole }
  | { readonly what: 'delete'; readonly role: CardRole }

/** The card that is charged and its backup: known by brand, last four digits and expiry, and by nothing else. */
export function CardPanel() {
  const card = useCard()
  const [doing, setDoing] = useState<Doing | null>(null)
  const close = () => setDoing(null)
  return (
    <Panel title="Card on file" id="card">
      <Answered query={card} what="the card">
        {(cards) => <Cards cards={cards} onDo={setDoing} />}
      </Answered>
      <ViewerNote what="change the card" />
      {doing?.what === 'register' && <RegisterCard role={doing.role} onClose={close} />}
      {doing?.what === 'delete' && card.data && (
        <DeleteCard cards={card.data} role={doing.role} onClose={close} />
      )}
    </Panel>
  )
}

function Cards({ cards, onDo }: { cards: CardsOnFile | null; onDo: (doing: Doing) => void }) {
  const mayChange = useMayChange()
  const button = (label: string, doing: Doing) => (
    <Button variant="default" size="sm" disabled={!mayChange} onClick={() => onDo(doing)}>
      {label}
    </Button>
  )
  if (!cards) {
    return (
      <>
        <p>There is no card on file: nothing can be paid, and auto-recharge rests.</p>
        <Button disabled={!mayChange} onClick={() => onDo({ what: 'register', role: 'default' })}>
          Register a card
        </Button>
      </>
    )
  }
  const { backup } = cards
  return (
    <>
      <CardPicture card={cards} label={backup ? 'Charged first' : 'Charged'} />
      <div className={styles['buttons']}>
        {button('Register another card', { what: 'register', role: 'default' })}
        {button('Delete', { what: 'delete', role: 'default' })}
      </div>
      {backup ? (
        <>
          <CardPicture card={backup} label="Backup" />
          <div className={styles['buttons']}>
            <SwapCards />
            {button('Delete the backup', { what: 'delete', role: 'backup' })}
          </div>
        </>
      ) : (
        <div className={styles['backup']}>
          <p className="small dimmed">A backup card is tried when the first one is refused.</p>
          {button('Add a backup card', { what: 'register', role: 'backup' })}
        </div>
      )}
    </>
  )
}
