import { expect, it } from 'vitest'
import { outcomeOfError } from '../../clients/send-grid-outcome.ts'

const NOW = new Date('2026-03-02T12:00:00Z')
const NOW_SECONDS = NOW.getTime() / 1_000

/** As the SDK throws it. */
function answered(status: number, headers: Record<string, string> = {}, body: unknown = {}): Error {
  return Object.assign(new Error('as the SDK says'), { code: status, response: { headers, body } })
}

/** As the SDK's HTTP client throws it. */
function broken(code: string | undefined, rest = {}): Error {
  return Object.assign(new Error('it broke'), { isAxiosError: true, code, ...rest })
}

it.each<[string, unknown, string]>([
  ['400', answered(400), 'refused'],
  ['413', answered(413), 'refused'],
  ['415', answered(415), 'refused'],
  ['404', answered(404), 'refused'],
  ['401', answered(401), 'unauthorized'],
  ['403', answered(403), 'unauthorized'],
  ['408', answered(408), 'try_later'],
  ['429', answered(429), 'try_later'],
  ['500', answered(500), 'try_later'],
  ['503', answered(503), 'try_later'],
  [
    'a redirect',
    broken('ERR_BAD_REQUEST', { response: { status: 302, headers: {}, data: '' } }),
    'try_later',
  ],
  ['a refused connection', broken('ECONNREFUSED'), 'try_later'],
  ['a name that nobody knows', broken('ENOTFOUND'), 'try_later'],
  ['an unreachable network', broken('ENETUNREACH'), 'try_later'],
  ['an expired certificate', broken('CERT_HAS_EXPIRED'), 'try_later'],
  ['a reset', broken('ECONNRESET'), 'unknown'],
  ['a broken pipe', broken('EPIPE'), 'unknown'],
  ['a time-out', broken('ECONNABORTED'), 'unknown'],
  ['a fault without a code', broken(undefined), 'unknown'],
  ['a mail that the SDK itself refuses', new Error('String or address object expected'), 'refused'],
  ['what is no error', null, 'refused'],
])('%s means that the send is %s', (_what, error, kind) => {
  expect(outcomeOfError(error, NOW).kind).toBe(kind)
})

it.each<[Record<string, string>, number | null]>([
  [{ 'x-ratelimit-reset': String(NOW_SECONDS + 90) }, 90_000],
  [{ 'x-ratelimit-reset': String(NOW_SECONDS - 5), 'retry-after': '7' }, 0],
  [{ 'retry-after': '7' }, 7_000],
  [{ 'x-ratelimit-reset': 'soon' }, null],
  [{}, null],
])('429 with %j leaves the provider alone for %s ms', (headers, afterMs) => {
  expect(outcomeOfError(answered(429, headers), NOW)).toMatchObject({ kind: 'try_later', afterMs })
})

it("SendGrid's own words are kept for operators, and no page of something in between", () => {
  const errors = [{ message: 'Does not contain a valid address.', field: 'personalizations.0.to.0.email' }]
  expect(outcomeOfError(answered(400, {}, { errors }), NOW)).toEqual({
    kind: 'refused',
    why: 'answered 400: personalizations.0.to.0.email: Does not contain a valid address.',
  })
  const page = outcomeOfError(answered(502, {}, '<html>secret</html>'), NOW)
  expect(page).toEqual({ kind: 'try_later', afterMs: null, why: 'answered 502' })
})
