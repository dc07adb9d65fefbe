import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { html } from '../html.ts'
import type { WebContext } from '../route.ts'
import { logIn } from './operator-login.ts'
import {
  clearSessionCookie,
  closeOperatorSession,
  hasCsrfToken,
  readOperatorSession,
  setSessionCookie,
} from './operator-session.ts'
import { formOf } from './ops-forms.ts'
import type { OpsView } from './ops-page.ts'
import { isSameOrigin } from './same-origin.ts'
import { sendOpsPage } from './send-ops-page.ts'

/** The log-in, the one address below `/ops` that answers everybody, and the log-out. */
export function addLogin(app: FastifyInstance, context: WebContext): void {
  app.get('/login', async (_request, reply) => sendOpsPage(reply, loginForm(null), null))
  app.post('/login', async (request, reply) => await answerLogin(request, reply, context))
  app.post('/logout', async (request, reply) => await answerLogout(request, reply, context))
}

async function answerLogin(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
): Promise<FastifyReply> {
  const form = formOf(request)
  // Nobody has a token before the log-in; a form of another site would log a person in as somebody else.
  if (!isSameOrigin(request)) return sendOpsPage(reply, loginForm(REFUSED), null)
  const name = (form.get('user') ?? '').trim().toLowerCase().slice(0, 64)
  const password = (form.get('password') ?? '').slice(0, 200)
  const result = await logIn(context, { name, password, address: request.ip })
  if (result.kind !== 'in')
    return sendOpsPage(reply, loginForm(result.kind === 'refused' ? REFUSED : TOO_MANY), null)
  setSessionCookie(reply, result.token, context.page.isSecure)
  return reply.redirect('/ops', 303)
}

const REFUSED = { status: 401, text: 'No operator has this name and password.' }
const TOO_MANY = { status: 429, text: 'Too many log-ins were refused. Wait a quarter of an hour.' }

function loginForm(trouble: typeof REFUSED | null): OpsView {
  return {
    status: trouble?.status ?? 200,
    title: 'Log in',
    content: html`${trouble && html`<p role="alert" class="bad">${trouble.text}</p>`}
<form method="post" action="/ops/login">
<label>Operator <input name="user" autocomplete="username" autocapitalize="none" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Log in</button>
</form>`,
  }
}

async function answerLogout(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
): Promise<FastifyReply> {
  const session = await readOperatorSession(context.db, request, context.clock.now())
  if (session && hasCsrfToken(session, formOf(request))) {
    await closeOperatorSession(context.db, session)
    clearSessionCookie(reply, context.page.isSecure)
    context.log.info({ operator: session.operator.name }, 'operator logged out')
  }
  return reply.redirect('/ops/login', 303)
}
