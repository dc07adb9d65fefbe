/**
 * Waits for work no longer than `ms`, then rejects; the work itself goes on. For what may never answer, such as a server
 * that was never reached.
 */
export async function withDeadline<T>(work: Promise<T>, deadline: { ms: number; what: string }): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`${deadline.what} took longer than ${deadline.ms} ms`)),
    deadline.ms,
  )
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
