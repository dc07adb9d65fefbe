/** SQLSTATE classes of a database that cannot work at the moment: connections, resources, operators, system. */
const PASSING_CLASSES = ['08', '53', '57', '58']
const NETWORK_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]
/** The driver gives these errors no code. */
const DRIVER_MESSAGES = /timeout exceeded when trying to connect|Connection terminated|Query read timeout/

/** True when a query failed because the database could not be reached or was not able to work, so that it may later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (DRIVER_MESSAGES.test(error.message)) return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return NETWORK_CODES.includes(code) || (code.length === 5 && PASSING_CLASSES.includes(code.slice(0, 2)))
}
