import { useSession } from '../api/session.ts'
import { type Statement, useStatements } from '../api/statements.ts'
import { Answered } from '../parts/answered.tsx'
import { Money } from '../parts/money.tsx'
import { Panel } from '../parts/panel.tsx'
import { monthName } from '../time/format-time.ts'
import { DownloadButton } from './download-button.tsx'
import styles from './statements-panel.module.css'

/** The statement of each month that has ended, as a document and as a file. */
export function StatementsPanel() {
  const statements = useStatements()
  return (
    <Panel title="Statements" id="statements">
      <Answered query={statements} what="the statements" lines={2}>
        {(found) =>
          found.length === 0 ? (
            <p className="dimmed">A statement is made on the first day of each month. There is none yet.</p>
          ) : (
            <ul>
              {found.map((statement) => (
                <StatementLine key={statement.month} statement={statement} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Panel>
  )
}

const TYPES = { PDF: 'application/pdf', CSV: 'text/csv' } as const

function StatementLine({
  statement: { month, openingBalance, closingBalance, entries },
}: {
  statement: Statement
}) {
  const { account } = useSession()
  const button = (type: keyof typeof TYPES) => (
    <DownloadButton
      label={`${type} of the statement of ${monthName(month)}`}
      fileName={`${account}-${month}.${type.toLowerCase()}`}
      ask={(api) => api.fetch(`/statements/${month}`, { headers: { accept: TYPES[type] } })}
    >
      {type}
    </DownloadButton>
  )
  return (
    <li className={styles['line']}>
      <span>
        <strong>{monthName(month)}</strong>
        <span className="dimmed small">
          <Money amount={openingBalance} /> to <Money amount={closingBalance} />, {entries}{' '}
          {entries === 1 ? 'line' : 'lines'}
        </span>
      </span>
      <span className={styles['buttons']}>
        {button('PDF')}
        {button('CSV')}
      </span>
    </li>
  )
}
