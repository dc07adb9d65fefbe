import { formatUsd, type Micros } from '../../billing/money.ts'
import { NUMBER_STATES } from '../../billing/number-lifecycle.ts'
import type { Day } from './simulate.ts'

interface Column {
  readonly heading: string
  readonly width: number
  cell(day: Day): string
}

const COLUMNS: readonly Column[] = [
  { heading: 'date', width: 10, cell: ({ date }) => date },
  { heading: 'records', width: 8, cell: ({ records }) => String(records) },
  { heading: 'spent', width: 9, cell: ({ spent }) => cents(spent) },
  { heading: 'recharged', width: 10, cell: ({ recharged }) => cents(recharged) },
  { heading: 'declined', width: 9, cell: ({ declined }) => String(declined) },
  { heading: 'renewals', width: 9, cell: ({ renewals }) => String(renewals) },
  { heading: 'mails', width: 6, cell: ({ mails }) => String(mails) },
  { heading: 'balance', width: 10, cell: ({ balance }) => cents(balance) },
  {
    heading: 'numbers',
    width: 15,
    cell: ({ numbers }) => NUMBER_STATES.map((state) => numbers[state]).join('/'),
  },
  { heading: 'findings', width: 9, cell: ({ findings }) => String(findings) },
]

/** What the table's lines mean. */
export const TABLE_LEGEND = `numbers: ${NUMBER_STATES.join('/')}`

export const TABLE_HEADING = line(({ heading }) => heading)

/** A day's line of the table. */
export function dayLine(day: Day): string {
  return line(({ cell }) => cell(day))
}

function line(text: (column: Column) => string): string {
  return COLUMNS.map((column) => text(column).padStart(column.width)).join(' ')
}

/** Dollars and whole cents, cut off: for looking at, not for counting. */
function cents(amount: Micros): string {
  return formatUsd(amount).slice(0, -4)
}
