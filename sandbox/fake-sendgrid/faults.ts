import type { Clock } from '../../config/clock.ts'
import { type Answer, errorAnswer } from './answer.ts'

/** What the fake does with a request to send, instead of what it should. */
export type Fault =
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Ends the connection without having taken the mail. */
  | { readonly kind: 'cut' }
  /** Takes the mail, then ends the connection without an answer. */
  | { readonly kind: 'drop_answer' }
  | { readonly kind: 'server_error' }
  /** A page of HTML from something in between. */
  | { readonly kind: 'bad_gateway' }
  | { readonly kind: 'bad_request' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'rate_limit'; readonly resetSeconds: number }

/** The faults that the next requests meet, each once, in order. */
export class Faults {
  #queued: Fault[] = []

  next(fault: Fault, times = 1): void {
    for (let n = 0; n < times; n++) this.#queued.push(fault)
  }

  clear(): void {
    this.#queued = []
  }

  take(): Fault | null {
    return this.#queued.shift() ?? null
  }
}

/** What a request meets instead of being worked on; where no answer is sent its content does not matter. */
export function answerOfFault(fault: Exclude<Fault, { kind: 'drop_answer' }>, clock: Clock): Answer {
  switch (fault.kind) {
    case 'hang':
    case 'cut':
    case 'server_error':
      return errorAnswer(500, 'Internal Server Error')
    case 'bad_gateway':
      return {
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: '<html><h1>502 Bad Gateway</h1></html>',
      }
    case 'bad_request':
      return errorAnswer(400, 'Bad Request')
    case 'forbidden':
      return errorAnswer(403, 'access forbidden')
    case 'rate_limit': {
      const reset = Math.floor(clock.now().getTime() / 1_000) + fault.resetSeconds
      return errorAnswer(429, 'too many requests', { 'x-ratelimit-reset': String(reset) })
    }
  }
}
