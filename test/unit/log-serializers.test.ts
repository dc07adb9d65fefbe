import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { LOG_SERIALIZERS } from '../../config/log-serializers.ts'

function logged(error: unknown): { err: Record<string, unknown> } {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk))
      done()
    },
  })
  pino({ serializers: LOG_SERIALIZERS }, stream).error({ err: error }, 'failed')
  return JSON.parse(lines.join(''))
}

test('of an error, what says what went wrong is logged, and nothing that was sent', () => {
  const error = Object.assign(new Error('WRONGPASS invalid username-password pair'), {
    code: 'WRONGPASS',
    command: { name: 'auth', args: ['marker-of-a-password'] },
    config: { headers: { authorization: 'Bearer marker-of-a-key' } },
  })
  const line = logged(error)
  expect(line.err).toMatchObject({
    type: 'Error',
    code: 'WRONGPASS',
    message: error.message,
    stack: error.stack,
  })
  expect(JSON.stringify(line)).not.toContain('marker')
})

test('the causes of an error are logged alike', () => {
  const cause = Object.assign(new Error('reset'), { code: 'ECONNRESET', request: 'marker-of-a-body' })
  const line = logged(new Error('no answer', { cause }))
  expect(line.err).toMatchObject({ cause: { message: 'reset', code: 'ECONNRESET' } })
  expect(JSON.stringify(line)).not.toContain('marker')
})

test('an error that is its own cause ends the line', () => {
  const error = new Error('round')
  error.cause = error
  expect(logged(error).err['message']).toBe('round')
})

test('what is no error is logged as its text', () => {
  expect(logged('broken').err).toEqual({ type: 'string', message: 'broken' })
})
