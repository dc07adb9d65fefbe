import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { Panel } from '../parts/panel.tsx'
import { NumberRates } from './number-rates.tsx'
import { RateList } from './rate-list.tsx'

const TYPING_PAUSE_MS = 300
/** Shorter ones are prefixes, unless they begin with + and name a country and more. */
const NUMBER = /^\+?\d{8,15}$/

/** What things cost this account: all its rates, or those of one number. */
export function Rates() {
  const [typed, setTyped] = useState('')
  const [settled] = useDebouncedValue(typed.trim(), TYPING_PAUSE_MS)
  const digits = settled.replaceAll(/[\s().-]/g, '')
  const number = NUMBER.test(digits) ? `+${digits.replace(/^\+|^00/, '')}` : null
  return (
    <Panel title="Your rates">
      <TextInput
        type="search"
        label="What does it cost?"
        description="A country, a prefix, or a whole number such as +44 20 7946 0958."
        leftSection={<IconSearch size={18} aria-hidden />}
        size="md"
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      {number === null ? <RateList search={settled} /> : <NumberRates number={number} />}
    </Panel>
  )
}
