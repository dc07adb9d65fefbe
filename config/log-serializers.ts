const CAUSES_MAX = 5

/**
 * What a log may tell of what it is given. Errors of servers carry whatever was sent to them, passwords among it: only
 * what says what went wrong is taken over.
 */
export const LOG_SERIALIZERS = { err: (error: unknown) => describeError(error, CAUSES_MAX) }

interface DescribedError {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly code?: string
  readonly cause?: DescribedError
}

function describeError(error: unknown, causesLeft: number): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { name, message, stack, cause } = error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return {
    type: name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined || causesLeft === 0 ? {} : { cause: describeError(cause, causesLeft - 1) }),
  }
}
