import { escapeHtml } from '../../billing/mails/render-html.ts'
import type { Answer } from './answer.ts'
import type { FakeMail } from './mail-request.ts'

/** Where the page sends people on to. */
export interface PageLinks {
  /** The payments that mails tell of; null where they are shown nowhere. */
  payments: string | null
}

/** Shows people the mails: the list at `/`, one at `/mails/<id>`. Made for phones too. */
export function pageOf(url: string, mails: readonly FakeMail[], links: PageLinks): Answer {
  const [pathname] = url.split('?')
  if (pathname === '/') return answer(200, listPage(mails, links))
  const mail = mails.find(({ id }) => pathname === `/mails/${id}`)
  if (mail) return answer(200, mailPage(mail))
  return answer(404, page('No such mail', '<p><a href="/">All mails</a></p>'))
}

/** Nothing in a mail may run or load, wherever it came from. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"

function answer(status: number, html: string): Answer {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY }
  return { status, headers, body: html }
}

function listPage(mails: readonly FakeMail[], { payments }: PageLinks): string {
  const items = mails.toReversed().map(
    ({ id, subject, to, acceptedAt }) => `<li><a href="/mails/${escapeHtml(id)}">
<strong>${escapeHtml(subject)}</strong>
<span>${escapeHtml(to.join(', '))}</span>
<span>${escapeHtml(acceptedAt)}</span></a></li>`,
  )
  const list = items.length > 0 ? `<ul>${items.join('\n')}</ul>` : '<p>No mail yet.</p>'
  const link =
    payments === null ? '' : ` What they tell of: <a href="${escapeHtml(payments)}">the payments</a>.`
  const note = `<p>Nothing leaves this machine: these mails were delivered to nobody.${link}</p>`
  return page('Mails', note + list)
}

function mailPage({ subject, from, to, acceptedAt, html, text, headers, customArgs }: FakeMail): string {
  const facts = { From: from, To: to.join(', '), Accepted: acceptedAt, ...headers, ...customArgs }
  const rows = Object.entries(facts).map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`,
  )
  return page(
    subject,
    `<p><a href="/">All mails</a></p>
<dl>${rows.join('\n')}</dl>
<iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox"
 srcdoc="${escapeHtml(`<base target="_blank">${html}`)}"></iframe>
<h2>As text</h2>
<pre>${withLinks(text)}</pre>`,
  )
}

/** The links of the text version work, so that a person can follow the story. */
function withLinks(text: string): string {
  return escapeHtml(text).replace(/https?:\/\/[\w.:/-]+/g, '<a href="$&">$&</a>')
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem }
ul { list-style: none; padding: 0 }
li a { display: block; padding: .75rem 0; border-top: 1px solid #8886; color: inherit; text-decoration: none }
li span { display: block; font-size: .875rem; opacity: .75; overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; font-size: .875rem }
dd { margin: 0; overflow-wrap: anywhere }
iframe { width: 100%; height: 34rem; border: 1px solid #8886; border-radius: .5rem; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`
}
