import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { PROBLEM_MEDIA_TYPE, Problem } from './problem.ts'

/** Answers what never became a request: bytes that are not HTTP, heads that are too large, requests that do not end. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, body } = problemOf(error.code)
  const text = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}

function problemOf(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem('request-timeout', { detail: 'the request did not arrive in time' })
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Problem('headers-too-large', { detail: 'the headers are larger than 16 KiB' })
  }
  return new Problem('bad-request', { detail: 'this is not an HTTP request' })
}
