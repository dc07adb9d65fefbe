import { useMemo } from 'react'
import { type Outgoing, readJson, send } from './send.ts'
import { useSession } from './session.ts'

/** The calls about the session's account; paths go on from `/v1/accounts/<account>`. */
export interface AccountApi {
  readonly account: string
  get<T>(path: string, query?: Query): Promise<T>
  /** Sends what changes something and is answered with JSON. */
  change<T>(path: string, request: Change): Promise<T>
  /** The whole answer, where a header or a file matters, or where it has no body. */
  fetch(path: string, request?: Outgoing): Promise<Response>
}

type Change = Outgoing & { readonly method: 'POST' | 'PUT' | 'DELETE' }

/** Parameters that are null are left out. */
export type Query = Readonly<Record<string, string | number | null>>

export function useAccountApi(): AccountApi {
  const { account, csrfToken } = useSession()
  return useMemo(() => accountApi(account, csrfToken), [account, csrfToken])
}

function accountApi(account: string, csrfToken: string): AccountApi {
  const fetchOwn: AccountApi['fetch'] = async (path, request = {}) => {
    const csrf = (request.method ?? 'GET') === 'GET' ? {} : { 'x-csrf-token': csrfToken }
    const headers = { ...request.headers, ...csrf }
    return await send(`/v1/accounts/${encodeURIComponent(account)}${path}`, { ...request, headers })
  }
  return {
    account,
    fetch: fetchOwn,
    get: async (path, query = {}) => await readJson(await fetchOwn(path + search(query))),
    change: async (path, request) => await readJson(await fetchOwn(path, request)),
  }
}

export function search(query: Query): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== '') parameters.set(name, String(value))
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}
