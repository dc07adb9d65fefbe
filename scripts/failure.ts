/** What a person can do about a failure, by the code of Node or Postgres. */
const ADVICE: readonly { readonly codes: readonly string[]; readonly advice: string }[] = [
  {
    codes: [
      'ECONNREFUSED',
      'ECONNRESET',
      'EHOSTUNREACH',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ETIMEDOUT',
      '57P03',
      '53300',
    ],
    advice: 'are the servers of DATABASE_URL and REDIS_URL running, reachable and not full?',
  },
  {
    codes: ['28P01', '28000', '3D000'],
    advice: 'check the user, password and database name in DATABASE_URL',
  },
  {
    codes: ['42P01', '42703', '42704', '3F000'],
    advice: 'the database may lack the schema of this build: run npm run -s migrate',
  },
  {
    codes: ['42501'],
    advice: 'this login lacks a right: make it a member of the worker role, which npm run -s migrate names',
  },
]

/** What failed and, where that is known, what to do next: for a person, without a stack trace. */
export function describeFailure(error: unknown): string {
  const code = codeOf(error)
  const advice = ADVICE.find(({ codes }) => code !== null && codes.includes(code))?.advice
  return advice ? `${messageOf(error)}: ${advice}` : messageOf(error)
}

/** With the causes behind it; a host with several addresses fails with one error for each. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join(', ')
  return error.cause === undefined ? error.message : `${error.message}: ${messageOf(error.cause)}`
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}
