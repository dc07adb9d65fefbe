import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { beginPageSession, endPageSession } from '../../db/page-sessions.ts'
import { sendPage } from '../fix-page/send-page.ts'
import { html } from '../html.ts'
import { frameAncestorsPolicy, readPageShell } from '../page-files.ts'
import { newSessionSecret, sessionSecretIn, setSessionCookie } from '../page-session.ts'
import { readPageToken } from '../page-token.ts'
import { partIn } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Call, defineRoute, type WebContext } from '../route.ts'

const PAGE = '/billing/'
const BUILT_FILE = /^[\w-][\w.-]*$/

interface Entrance {
  readonly token?: string | undefined
}

/** Where the CRM sends a customer: a token is used up for a session, and is gone from the address. */
export const openBilling = defineRoute({
  method: 'GET',
  path: '/billing',
  scope: null,
  summary: 'Opens the billing page with a token that the CRM signed',
  description:
    'The token is a JWT (EdDSA or HS256, `kid` of PAGE_TOKEN_KEYS) with the claims `account`, `role` (viewer or manager), ' +
    '`sub`, `name`, `jti`, which is used once, and `exp`, at most 5 minutes ahead. It is exchanged for the cookie of a session.',
  query: z.looseObject({ token: z.string('must be given once').optional() }),
  answers: { status: 303, content: {} },
  handle: async (call: Call<Entrance>, context) => await enter(call, context),
})

async function enter(
  { query: { token }, request, reply }: Call<Entrance>,
  { db, clock, page, log }: WebContext,
): Promise<FastifyReply> {
  // Programs that show a preview of a link ask so, and must not use the token up.
  if (request.method === 'HEAD') return reply.send()
  if (token === undefined) return reply.redirect(PAGE, 303)
  const now = clock.now()
  const read = await readPageToken(token, { keys: page.tokenKeys, now })
  if ('fault' in read) {
    log.warn({ fault: read.fault }, 'page token refused')
    return sendRefusal(reply, { page })
  }
  const secret = newSessionSecret()
  const begun = await beginPageSession(db, { token: read.id, secret, visitor: read.visitor }, now)
  if (begun !== 'begun') {
    log.warn({ fault: begun }, 'page token refused')
    return sendRefusal(reply, { page })
  }
  const former = sessionSecretIn(request, page)
  if (former !== null) await endPageSession(db, former)
  setSessionCookie(reply, page, secret)
  return reply.redirect(PAGE, 303)
}

/** The same for every fault: what is wrong is in the log. */
function sendRefusal(reply: FastifyReply, { page }: Pick<WebContext, 'page'>): FastifyReply {
  const refusal = {
    status: 401,
    title: 'Please open billing again',
    content: html`<p>This link was used already, has expired or is not complete.</p>
<p>Go back to where you came from and open billing from there once more.</p>`,
    browser: null,
  }
  return sendPage(reply, refusal, frameAncestorsPolicy(page))
}

/** The page itself, for anybody: it holds no data, and asks for them by the session. */
export const billingPage = pageRoute(PAGE)
/** The same, for the addresses of its views. */
export const billingView = pageRoute(`${PAGE}:view`)

function pageRoute(path: string) {
  return defineRoute({
    method: 'GET',
    path,
    scope: null,
    rateLimit: 'none',
    summary: 'The billing page',
    query: z.looseObject({}),
    answers: { status: 200, content: { 'text/html': z.string() } },

    async handle({ reply }, { page, stripe }) {
      const shell = await readPageShell(page, stripe?.browser ?? null)
      if (!shell) return sendPage(reply, notBuilt, frameAncestorsPolicy(page))
      return reply
        .header('content-security-policy', shell.policy)
        .type('text/html; charset=utf-8')
        .send(shell.html)
    },
  })
}

const notBuilt = {
  status: 503,
  title: 'The billing page is not built',
  content: html`<p>Whoever runs this server: run <code>npm run build</code>, then reload this page.</p>`,
  browser: null,
}

/** Scripts and styles of the page, under names that change with what they hold. */
export const billingAsset = defineRoute({
  method: 'GET',
  path: `${PAGE}assets/:file`,
  scope: null,
  rateLimit: 'none',
  summary: 'A part of the billing page',
  query: z.looseObject({}),
  answers: { status: 200, content: { 'application/javascript': z.string(), 'text/css': z.string() } },

  handle: ({ request, reply }, { page }) => {
    const file = partIn(request, 'file', BUILT_FILE)
    if (file === null) throw new Problem('not-found', { detail: 'the page has no such part' })
    return Promise.resolve(reply.sendFile(`assets/${file}`, page.folder, { immutable: true, maxAge: '365d' }))
  },
})
