import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyReply } from 'fastify'
import { type Html, html } from '../html.ts'
import type { OperatorSession } from './operator-session.ts'
import type { OpsView } from './ops-page.ts'

const STYLE = readFileSync(new URL('./page.css', import.meta.url), 'utf8')
const STYLE_SHA256 = createHash('sha256').update(STYLE).digest('base64')
/** In the page, since no address but the log-in answers those who are not logged in. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_SHA256}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

const PARTS = [
  ['/ops', 'Overview'],
  ['/ops/accounts', 'Accounts'],
  ['/ops/topups', 'Top-ups'],
  ['/ops/findings', 'Findings'],
  ['/ops/runs', 'Runs'],
  ['/ops/unrated', 'Unrated usage'],
  ['/ops/jobs', 'Failed jobs'],
  ['/ops/actions', 'Actions'],
  ['/ops/queues', 'Queues'],
] as const

/** Sends a page of the operators; without a session it has no navigation. */
export function sendOpsPage(
  reply: FastifyReply,
  { status = 200, title, content }: OpsView,
  session: OperatorSession | null,
): FastifyReply {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – Ringledger operations</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
${session && navigation(session)}
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`
  return reply
    .code(status)
    .header('content-security-policy', POLICY)
    .type('text/html; charset=utf-8')
    .send(page.html)
}

function navigation({ operator, csrfToken }: OperatorSession): Html {
  const links = PARTS.map(([path, name]) => html`<a href="${path}">${name}</a> `)
  return html`<header>
<nav aria-label="Parts">${links}</nav>
<form method="post" action="/ops/logout"><input type="hidden" name="csrf" value="${csrfToken}">
<span>${operator.name} (${operator.role})</span> <button>Log out</button></form>
</header>`
}
