import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { dollars } from '../../billing/mails/wording.ts'
import { formatUsd } from '../../billing/money.ts'
import { type AccountOverview, readOverviews } from '../../db/account-overview.ts'
import type { PageRole } from '../../db/page-sessions.ts'
import { rawBodyOf } from '../../web/body-parsers.ts'
import { type Page, sendPage } from '../../web/fix-page/send-page.ts'
import { type Html, html } from '../../web/html.ts'
import { Problem } from '../../web/problem.ts'
import { defineRoute, type Route } from '../../web/route.ts'
import { DEMO_ACCOUNTS } from '../demo/accounts.ts'
import type { DemoCrm } from './demo-crm.ts'

const style = readFileSync(new URL('./page.css', import.meta.url), 'utf8')
const ids = DEMO_ACCOUNTS.map(({ id }) => id)

/** What else runs beside the server, by what it shows. */
export type StartPageLinks = Readonly<Record<string, string>>

/** What stands in for the CRM's own pages: the demo accounts, and a way into each. Never part of a real server. */
export function startPageRoutes(crm: DemoCrm, links: StartPageLinks): readonly Route[] {
  const startPage = defineRoute({
    method: 'GET',
    path: '/',
    scope: null,
    rateLimit: 'none',
    summary: 'The demo accounts',
    query: z.looseObject({}),
    answers: { status: 200, content: { 'text/html': z.string() } },
    handle: async ({ reply }, { db }) => sendPage(reply, pageOf(await readOverviews(db, ids), links)),
  })

  const openAccount = defineRoute({
    method: 'POST',
    path: '/open',
    scope: null,
    rateLimit: 'none',
    summary: 'Opens the billing page of a demo account, as a viewer or manager',
    query: z.strictObject({}),
    rawBody: true,
    answers: { status: 303, content: {} },

    async handle({ request, reply }) {
      const form = new URLSearchParams(rawBodyOf(request).toString('utf8'))
      const account = ids.find((id) => id === form.get('account'))
      const role = ROLES.find((one) => one === form.get('role'))
      if (account === undefined || role === undefined) {
        throw new Problem('bad-request', { detail: 'account and role must be those of a button of the page' })
      }
      return reply.redirect(`/billing?token=${await crm.signToken(account, role)}`, 303)
    },
  })
  return [startPage, startPageStyle, openAccount]
}

const startPageStyle = defineRoute({
  method: 'GET',
  path: '/start.css',
  scope: null,
  rateLimit: 'none',
  summary: 'How that page looks',
  query: z.looseObject({}),
  answers: { status: 200, content: { 'text/css': z.string() } },

  handle: ({ reply }) => {
    reply.type('text/css; charset=utf-8')
    return Promise.resolve(style)
  },
})

const ROLES: readonly PageRole[] = ['manager', 'viewer']

function pageOf(accounts: readonly AccountOverview[], links: StartPageLinks): Page {
  const content = html`<link rel="stylesheet" href="/start.css">
<p>Invented customers on this machine. Open the billing page of one, as the CRM would have its users do.</p>
${accounts.map(accountForm)}
<p class="links">Behind it: ${Object.entries(links).map(([name, url]) => html`<a href="${url}">${name}</a> &middot; `)}<a href="/ops/login">operations</a> &middot; <a href="/v1/docs">the API</a></p>`
  return { status: 200, title: 'Ringledger: the demo', content, browser: null }
}

function accountForm({ id, balance, status }: AccountOverview): Html {
  const state = status === 'active' ? (balance > 0n ? '' : ', out of credit') : `, ${status}`
  return html`<form class="account" method="post" action="/open">
<h2>${id}</h2>
<p>${dollars(formatUsd(balance))}${state}</p>
<input type="hidden" name="account" value="${id}">
<button name="role" value="manager">Open as manager</button>
<button name="role" value="viewer">Open as viewer</button>
</form>`
}
