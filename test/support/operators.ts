import { expect } from 'vitest'
import type { OperatorRole } from '../../db/operators-schema.ts'
import { createOperator } from '../../web/ops/operator-accounts.ts'
import type { Web } from './web.ts'

/** An operator's browser: it keeps the cookie, and says that its requests come from our own pages. */
export interface OperatorBrowser {
  readonly password: string
  readonly cookie: string
  /** Sends a request below `/ops`, with the cookie. */
  send(path: string, request?: RequestInit): Promise<Response>
  /** The page at an address, which must be there. */
  page(path: string): Promise<string>
  /** Posts the form of a page to its own address, with the token that the page carries. */
  submit(path: string, fields?: Readonly<Record<string, string>>): Promise<{ status: number; text: string }>
}

export async function openOperatorBrowser(
  web: Pick<Web, 'db' | 'clock' | 'web'>,
  role: OperatorRole = 'admin',
): Promise<OperatorBrowser> {
  const password = await createOperator(web.db, { name: `op-${role}`, role }, web.clock)
  if (password === null) throw new Error(`there is an operator op-${role}`)
  const answer = await postLogin(web, { user: `op-${role}`, password })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/ops'])
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  const browser: OperatorBrowser = {
    password,
    cookie,
    send: (path, request = {}) =>
      fetch(`${web.web.url}/ops${path}`, {
        redirect: 'manual',
        ...request,
        headers: { cookie, 'sec-fetch-site': 'same-origin', ...request.headers },
      }),
    page: async (path) => {
      const page = await browser.send(path)
      expect(page.status, path).toBe(200)
      return await page.text()
    },
    submit: async (path, fields = {}) => {
      const csrf = /name="csrf" value="([^"]+)"/.exec(await browser.page(path))?.[1] ?? ''
      const sent = await browser.send(path, {
        method: 'POST',
        body: new URLSearchParams({ csrf, ...fields }),
      })
      return { status: sent.status, text: await sent.text() }
    },
  }
  return browser
}

export function postLogin(
  { web }: Pick<Web, 'web'>,
  fields: { user: string; password: string },
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${web.url}/ops/login`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
    headers,
  })
}
