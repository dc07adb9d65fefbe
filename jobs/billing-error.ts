export type Retry =
  | { readonly kind: 'never' }
  | { readonly kind: 'backoff' }
  | { readonly kind: 'after'; readonly delayMs: number }

/** An error that says what the queue should do with the job that met it. Any other error is retried with back-off. */
export class BillingError extends Error {
  override name = 'BillingError'
  readonly code: string
  readonly retry: Retry

  constructor(fault: { code: string; message: string; retry: Retry }) {
    super(fault.message)
    this.code = fault.code
    this.retry = fault.retry
  }
}
