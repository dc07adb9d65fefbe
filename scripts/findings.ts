import { closeByPerson, type ListedFinding, listFindings } from '../db/finding-list.ts'
import { type Runtime, withRuntime } from '../sandbox/runtime.ts'
import { EXIT, type Exit, Refused, required, runCommand, WrongCall } from './command.ts'
import { readCount } from './read-count.ts'
import { textTable } from './text-table.ts'

const HELP = `Usage: npm run -s findings [-- --all] [--limit N] [--data DIR]
       npm run -s findings -- --close ID --by NAME --reason TEXT [--data DIR]

Shows what a person has to look at, the newest first: what the nightly proof found, payments that need a decision, runs that
failed. Nothing of it is repaired silently; docs/operations.md says what to do about each kind.

  --all          those that are closed too
  --limit N      at most so many; 50 unless told otherwise
  --close ID     closes a finding that was dealt with, in the name of --by and for the --reason. One whose cause is still
                 there is found again the next night
  --by NAME      who closes it
  --reason TEXT  why, for whoever reads it later
  --data DIR     the data of the one-machine default, without DATABASE_URL
  --help         this text

Exit codes: 0 none is open, or one was closed; 1 some are open, or there is none of that id; 2 wrong call.
`

const COLUMNS = ['found', 'severity', 'kind', 'subject', 'state', 'id']

await runCommand({
  name: 'findings',
  help: HELP,
  options: {
    all: { type: 'boolean' },
    limit: { type: 'string' },
    close: { type: 'string' },
    by: { type: 'string' },
    reason: { type: 'string' },
  },
  args: [],
  run: ({ options, dataDir }) => {
    const work = options.close === undefined ? show(options) : close(options)
    return withRuntime({ process: 'findings', dataDir }, work)
  },
})

type Work = (runtime: Runtime) => Promise<Exit>

interface ShowOptions {
  all?: boolean | undefined
  limit?: string | undefined
  by?: string | undefined
  reason?: string | undefined
}

function show({ all = false, limit = '50', by, reason }: ShowOptions): Work {
  if (by !== undefined || reason !== undefined) throw new WrongCall('--by and --reason belong to --close')
  const filter = { all, limit: readCount(limit, '--limit') }
  return async ({ db }) => {
    const findings = await listFindings(db, filter)
    for (const line of findings.length === 0 ? ['no findings'] : linesOf(findings)) console.log(line)
    return findings.some(({ closedAt }) => closedAt === null) ? EXIT.refused : EXIT.done
  }
}

function close(options: {
  close?: string | undefined
  by?: string | undefined
  reason?: string | undefined
}): Work {
  const id = required(options, 'close')
  const closing = { id, by: required(options, 'by'), reason: required(options, 'reason') }
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id))
    throw new WrongCall('--close must be the id of a finding')
  return async ({ db, clock }) => {
    if (!(await closeByPerson(db, closing, clock.now())))
      throw new Refused(`no open finding has the id ${id}`)
    console.log(`finding ${id} is closed by ${closing.by}`)
    return EXIT.done
  }
}

/** The table, with the evidence under each row. */
function linesOf(findings: readonly ListedFinding[]): string[] {
  const [head = '', ...rows] = textTable(
    COLUMNS,
    findings.map(({ foundAt, severity, kind, subject, closedAt, id }) => [
      `${foundAt.toISOString().slice(0, 19)}Z`,
      severity,
      kind,
      subject,
      closedAt === null ? 'open' : 'closed',
      id,
    ]),
  )
  return [head, ...findings.flatMap((finding, index) => [rows[index] ?? '', ...detailsOf(finding)])]
}

function detailsOf({ account, evidence, closedAt, closedBy, closedReason }: ListedFinding): string[] {
  const details = [`  ${account === null ? '' : `account ${account} `}${JSON.stringify(evidence)}`]
  if (closedAt === null) return details
  const who = closedBy === null ? 'by the proof that its cause is gone' : `by ${closedBy}: ${closedReason}`
  return [...details, `  closed ${closedAt.toISOString()} ${who}`]
}
