import { withClient } from './pg-client.ts'

/** Other sessions on the database of a URL, by a condition on `pg_stat_activity`. */
export async function countSessions(url: string, condition: string): Promise<number> {
  return await countRows(url, `select from (${othersWhere(condition)}) as others`)
}

/** Ends such sessions as an operator would; resolves with their number. */
export async function terminateSessions(url: string, condition: string): Promise<number> {
  return await countRows(url, `select pg_terminate_backend(pid) from (${othersWhere(condition)}) as others`)
}

function othersWhere(condition: string): string {
  return `select pid from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and ${condition}`
}

async function countRows(url: string, query: string): Promise<number> {
  return await withClient(url, async (client) => (await client.query(query)).rows.length)
}
