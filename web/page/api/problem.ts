/** A field of a request and the rule that it breaks. */
export interface Fault {
  readonly field: string
  readonly rule: string
}

export interface ProblemDocument {
  readonly type?: string
  readonly title?: string
  readonly detail?: string
  readonly faults?: readonly Fault[]
  readonly topup?: string
  readonly code?: string
}

/** The server said no: a definite answer, with the reason (RFC 9457). */
export class ApiProblem extends Error {
  override name = 'ApiProblem'
  readonly status: number
  /** `topup-open`, `invalid-value`, … */
  readonly kind: string
  readonly title: string
  readonly faults: readonly Fault[]
  /** The top-up that is in the way. */
  readonly topup: string | null

  constructor(status: number, document: ProblemDocument) {
    super(document.detail ?? document.title ?? `the server answered ${status}`)
    this.status = status
    this.kind = document.type?.split('/').at(-1) ?? 'unknown'
    this.title = document.title ?? 'That did not work'
    this.faults = document.faults ?? []
    this.topup = document.topup ?? null
  }
}

/** No answer, or one that says nothing about what was done: the request may have done its work or not. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
}

/** What to tell a person about an error. */
export function describeError(error: unknown): string {
  if (error instanceof ApiProblem) return sentence(error.message)
  if (error instanceof NoAnswer) return 'The server gave no answer. Check your connection and try again.'
  return 'Something went wrong on this page. Reload it and try again.'
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}
