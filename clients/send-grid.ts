import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import sendGrid from '@sendgrid/mail'
import type { RenderedMail } from '../billing/mails/letter.ts'
import { outcomeOfError, type SendOutcome } from './send-grid-outcome.ts'

/** A mail to send, and the ids by which the provider's events find it again. */
export interface OutgoingMail extends RenderedMail {
  readonly account: string
  /** The mail's id. */
  readonly mail: string
  readonly to: readonly string[]
  /** Says in a header and to the provider that it may have been sent before. */
  readonly isResend: boolean
}

export interface Mailer {
  /** Sends a mail once and says what became of that; never throws for an answer, or for none. */
  send(mail: OutgoingMail): Promise<SendOutcome>
}

export interface MailerSettings {
  readonly apiKey: string
  /** Where the provider is, such as `https://api.sendgrid.com`. */
  readonly apiBase: string
  /** `Name <address>` or an address. */
  readonly from: string
  /** For a whole send; must be shorter than the time that a begun send is left alone. */
  readonly timeoutMs: number
  readonly clock: { now(): Date }
}

/** Mail through SendGrid. Nothing is repeated here: who owes the mail decides about that. */
export function createMailer(settings: MailerSettings): Mailer {
  return {
    send: async (mail) => {
      const agents = { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent() }
      const deadline = new AbortController()
      let connectedInTime = true
      const timer = setTimeout(() => {
        connectedInTime = isConnected(agents)
        deadline.abort()
      }, settings.timeoutMs)
      try {
        const service = serviceFor(settings, { ...agents, signal: deadline.signal })
        const [answer] = await service.send(toRequest(mail, settings.from))
        if (answer.statusCode !== 202)
          return { kind: 'unknown', why: `answered ${answer.statusCode}, not 202` }
        return { kind: 'accepted', providerId: messageIdOf(answer.headers) }
      } catch (error) {
        if (deadline.signal.aborted) return outcomeOfTimeout(settings.timeoutMs, connectedInTime)
        return outcomeOfError(error, settings.clock.now())
      } finally {
        clearTimeout(timer)
        agents.httpAgent.destroy()
        agents.httpsAgent.destroy()
      }
    },
  }
}

interface Agents {
  readonly httpAgent: HttpAgent
  readonly httpsAgent: HttpsAgent
}

/** What the SDK exports besides what its types tell: the class of the service, with a client that can be configured. */
interface Sdk {
  readonly MailService: new () => Pick<typeof sendGrid, 'setApiKey' | 'send'> & {
    readonly client: { setDefaultRequest(defaults: object): unknown }
  }
}

/** The SDK keeps one set of request defaults for each service, so each send has a service of its own. */
function serviceFor(
  { apiKey, apiBase }: MailerSettings,
  defaults: Agents & { readonly signal: AbortSignal },
) {
  const service = new (sendGrid as unknown as Sdk).MailService()
  service.setApiKey(apiKey)
  // The key resets the address, so the defaults follow it.
  service.client.setDefaultRequest({
    ...defaults,
    baseUrl: apiBase,
    maxRedirects: 0,
    maxContentLength: ANSWER_BYTES_MAX,
  })
  return service
}

const ANSWER_BYTES_MAX = 1_048_576

function toRequest({ account, mail, to, subject, text, html, isResend }: OutgoingMail, from: string) {
  return {
    from,
    to: [...to],
    subject,
    text,
    html,
    headers: { 'Auto-Submitted': 'auto-generated', ...(isResend ? { 'X-Ringledger-Resend': '1' } : {}) },
    customArgs: { account, mail, ...(isResend ? { resend: '1' } : {}) },
    trackingSettings: {
      clickTracking: { enable: false, enableText: false },
      openTracking: { enable: false },
      subscriptionTracking: { enable: false },
    },
  }
}

/** False only where the request surely has not left: while its connection is still being made. */
function isConnected({ httpAgent, httpsAgent }: Agents): boolean {
  const sockets = [httpAgent, httpsAgent].flatMap((agent) => Object.values(agent.sockets).flat())
  return sockets.length === 0 || sockets.some((socket) => !socket?.connecting)
}

function outcomeOfTimeout(timeoutMs: number, connectedInTime: boolean): SendOutcome {
  return connectedInTime
    ? { kind: 'unknown', why: `no answer within ${timeoutMs} ms` }
    : { kind: 'try_later', afterMs: null, why: `no connection within ${timeoutMs} ms` }
}

function messageIdOf(headers: unknown): string | null {
  if (typeof headers !== 'object' || headers === null || !('x-message-id' in headers)) return null
  const id = headers['x-message-id']
  return typeof id === 'string' ? id : null
}
