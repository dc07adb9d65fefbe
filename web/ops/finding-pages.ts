import { closeByPerson, type ListedFinding, listFindings, readFinding } from '../../db/finding-list.ts'
import { type Html, html } from '../html.ts'
import { noteAction } from './note-action.ts'
import { act, confirmForm, look, notThere } from './ops-page.ts'
import { reasonIn } from './reason-in.ts'
import { dataTable, evidence, factList, link, pathOf, plan, when } from './show-data.ts'

const SHOWN_MAX = 200

export const findingsPage = look('/findings', async ({ query }, { db }) => {
  const all = query.get('show') === 'all'
  const findings = await listFindings(db, { all, limit: SHOWN_MAX })
  const other = all
    ? link('/ops/findings', 'Only the open ones')
    : link('/ops/findings?show=all', 'Closed ones too')
  return {
    title: 'Findings',
    content: html`<p>Nothing here is repaired silently; docs/operations.md says what each kind means. ${other}</p>
${findingTable(all ? 'Findings' : 'Open findings', findings)}`,
  }
})

export const findingPage = look('/findings/:finding', async (call, { db }) => {
  const finding = await findingOf(call.part('finding'), db)
  if (!finding) return notThere('finding')
  return {
    title: `${finding.kind} ${finding.subject}`,
    content: html`${factList({
      severity: finding.severity,
      account: finding.account && link(pathOf('accounts', finding.account), finding.account),
      found: when(finding.foundAt),
      closed: when(finding.closedAt),
      'closed by': finding.closedBy,
      reason: finding.closedReason,
    })}
<h2>Evidence</h2>
${evidence(finding.evidence)}
${finding.closedAt ? null : closing(call, finding)}`,
  }
})

export const closeFindingByHand = act('/findings/:finding', async (call, context) => {
  const finding = await findingOf(call.part('finding'), context.db)
  const reason = reasonIn(call)
  if (!finding) return notThere('finding')
  if (reason === null)
    return { status: 400, title: 'A reason is needed', content: html`<p>Nothing was closed.</p>` }
  const subject = `${finding.kind} ${finding.subject}`
  await noteAction(context, call, { action: 'finding closed', subject, detail: reason })
  const closing = { id: finding.id, by: call.session.operator.name, reason }
  const isClosed = await closeByPerson(context.db, closing, context.clock.now())
  return {
    title: isClosed ? 'The finding is closed' : 'It was closed already',
    content: html`<p>${link('/ops/findings', 'Open findings')}</p>`,
  }
})

export function findingTable(caption: string, findings: readonly ListedFinding[]): Html {
  return dataTable(
    caption,
    ['kind', 'subject', 'severity', 'account', 'found', 'state'],
    findings.map(({ id, kind, subject, severity, account, foundAt, closedAt }) => [
      link(pathOf('findings', id), kind),
      subject,
      severity === 'critical' ? html`<span class="bad">critical</span>` : severity,
      account,
      when(foundAt),
      closedAt === null ? 'open' : 'closed',
    ]),
  )
}

function closing(call: Parameters<typeof confirmForm>[0], { id }: ListedFinding): Html {
  return html`${plan([
    'Closes the finding in your name. It mends nothing: mend the cause first.',
    'What is closed while its cause is still there is found again the next night.',
  ])}
${confirmForm(call, { action: pathOf('findings', id), label: 'Close this finding', asksReason: true })}`
}

async function findingOf(id: string, db: Parameters<typeof readFinding>[0]): Promise<ListedFinding | null> {
  return UUID.test(id) ? await readFinding(db, id) : null
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
