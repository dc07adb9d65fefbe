import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Line, LineSplitter } from '../billing/line-splitter.ts'
import { findJsonFault } from './json-fault.ts'
import { Problem } from './problem.ts'

/** A body of newline-delimited JSON, in lines that are not blank. */
export class NdjsonBody {
  readonly lines: readonly Line[]

  constructor(lines: readonly Line[]) {
    this.lines = lines
  }
}

export const BODY_MIB_MAX = 5
export const RAW_BODY_MIB_MAX = 1
const LINE_BYTES_MAX = 65_536

/** The bodies that are taken; any other type is answered with 415. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  addParser(app, 'application/json', parseJsonBody)
  addParser(app, 'application/x-ndjson', parseNdjsonBody)
}

/** Bodies of any type, or of none, as they were sent. */
export function takeRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** The bytes that were sent to a route with `rawBody`; none where there was no body. */
export function rawBodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}

function addParser(app: FastifyInstance, mediaType: string, parse: (body: Buffer) => unknown): void {
  app.addContentTypeParser<Buffer>(mediaType, { parseAs: 'buffer' }, (_request, body, done) => {
    let parsed: unknown
    try {
      parsed = parse(body)
    } catch (error) {
      done(error as Error)
      return
    }
    done(null, parsed)
  })
}

function parseJsonBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw new Problem('malformed-body', { detail: 'the body is not valid UTF-8' })
  const text = body.toString('utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    const fault = findJsonFault(text)
    if (!fault) throw error
    const { line, column, rule } = fault
    throw new Problem('malformed-body', {
      detail: `the body is not JSON: ${rule} at line ${line}, column ${column}`,
      members: { line, column, rule },
    })
  }
}

function parseNdjsonBody(body: Buffer): NdjsonBody {
  const splitter = new LineSplitter({ maxBytes: LINE_BYTES_MAX })
  const lines = [...splitter.push(body), ...splitter.end()]
  return new NdjsonBody(lines.filter((line) => 'fault' in line || line.text.trim() !== ''))
}
