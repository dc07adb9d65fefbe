import type { FastifyInstance, FastifyRequest } from 'fastify'
import { mountBullBoard } from '../bull-board.ts'
import { Problem } from '../problem.ts'
import type { WebContext } from '../route.ts'
import { addLogin } from './login-page.ts'
import { hasCsrfToken, type OperatorSession, readOperatorSession } from './operator-session.ts'
import { formOf, takeForms } from './ops-forms.ts'
import type { OpsCall, OpsPage } from './ops-page.ts'
import { opsPages } from './ops-pages.ts'
import { isSameOrigin } from './same-origin.ts'
import { sendOpsPage } from './send-ops-page.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Of an operator, below `/ops` alone; null everywhere else. */
    operatorSession: OperatorSession | null
  }
}

/**
 * Everything below `/ops`. Whoever is not logged in as an operator, customers and service keys among them, gets the answer
 * of an address that does not exist, but for the log-in.
 */
export function mountOps(app: FastifyInstance, context: WebContext): void {
  app.decorateRequest('operatorSession', null)
  app.register(
    (own, _options, done) => {
      takeForms(own)
      addLogin(own, context)
      own.register((inside, _inner, ready) => {
        inside.addHook('onRequest', async (request) => await admit(request, context))
        for (const page of opsPages) addPage(inside, page, context)
        mountBullBoard(inside, context)
        ready()
      })
      done()
    },
    { prefix: '/ops' },
  )
}

async function admit(request: FastifyRequest, { db, clock }: WebContext): Promise<void> {
  request.operatorSession = await readOperatorSession(db, request, clock.now())
  if (!request.operatorSession) throw notFound()
}

function addPage(app: FastifyInstance, page: OpsPage, context: WebContext): void {
  app.route({
    method: page.method,
    url: page.path,
    handler: async (request, reply) => {
      const call = callOf(request)
      refuseForgery(request, call)
      return sendOpsPage(reply, await page.answer(call, context), call.session)
    },
  })
}

function callOf(request: FastifyRequest): OpsCall {
  const session = request.operatorSession
  if (!session) throw notFound()
  const parts = new Map(Object.entries(request.params ?? {}))
  return {
    request,
    session,
    query: new URL(request.url, 'http://ops').searchParams,
    form: formOf(request),
    part: (name) => String(parts.get(name) ?? ''),
  }
}

/** Only admins act, and only by a form of their own session. */
function refuseForgery(request: FastifyRequest, { session, form }: OpsCall): void {
  if (request.method !== 'POST') return
  if (!isSameOrigin(request) || !hasCsrfToken(session, form)) {
    throw new Problem('csrf', { detail: 'the form is not of this session: reload the page and try again' })
  }
  if (session.operator.role !== 'admin') {
    throw new Problem('not-allowed', { detail: 'this operator may look, not act' })
  }
}

function notFound(): Problem {
  return new Problem('not-found', { detail: 'no call of this API has this address' })
}
