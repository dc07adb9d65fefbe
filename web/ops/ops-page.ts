import type { FastifyRequest } from 'fastify'
import { type Html, html } from '../html.ts'
import type { WebContext } from '../route.ts'
import type { OperatorSession } from './operator-session.ts'

/** A page below `/ops`, for operators who are logged in. */
export interface OpsPage {
  readonly method: 'GET' | 'POST'
  /** Below `/ops`, as Fastify has it. */
  readonly path: string
  answer(call: OpsCall, context: WebContext): Promise<OpsView>
}

export interface OpsCall {
  readonly request: FastifyRequest
  readonly session: OperatorSession
  readonly query: URLSearchParams
  /** What was sent; empty for a look. */
  readonly form: URLSearchParams
  /** A part of the address; empty where the path has none of the name. */
  part(name: string): string
}

export interface OpsView {
  readonly status?: number
  readonly title: string
  readonly content: Html
}

/** A page to look at; it changes nothing. */
export function look(path: string, answer: OpsPage['answer']): OpsPage {
  return { method: 'GET', path, answer }
}

/** What a form does; for admins alone. */
export function act(path: string, answer: OpsPage['answer']): OpsPage {
  return { method: 'POST', path, answer }
}

export function notThere(what: string): OpsView {
  return {
    status: 404,
    title: `There is no such ${what}`,
    content: html`<p>It may have been dealt with meanwhile.</p>`,
  }
}

/** The button that does what the page has just described; a note instead for those who may only look. */
export function confirmForm(
  { session }: OpsCall,
  { action, label, asksReason = false }: { action: string; label: string; asksReason?: boolean },
): Html {
  if (session.operator.role !== 'admin') return html`<p class="note">Your role may look, not act.</p>`
  const reason = asksReason
    ? html`<label>Reason, for whoever reads it later <input name="reason" required maxlength="500"></label>`
    : null
  return html`<form method="post" action="${action}">
<input type="hidden" name="csrf" value="${session.csrfToken}">
${reason}
<button>${label}</button>
</form>`
}
