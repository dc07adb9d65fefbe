import { listOperatorActions } from '../../db/operator-log.ts'
import { look } from './ops-page.ts'
import { dataTable, when } from './show-data.ts'

const SHOWN_MAX = 200

export const actionsPage = look('/actions', async (_call, { db }) => {
  const actions = await listOperatorActions(db, SHOWN_MAX)
  return {
    title: 'What operators did',
    content: dataTable(
      'The newest first',
      ['when', 'who', 'what', 'about', 'reason'],
      actions.map(({ actedAt, operator, action, subject, detail }) => [
        when(actedAt),
        operator,
        action,
        subject,
        detail,
      ]),
    ),
  }
})
