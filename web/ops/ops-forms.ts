import type { FastifyInstance, FastifyRequest } from 'fastify'

const FORM_BYTES_MAX = 65_536

/** Takes the bodies of HTML forms, beside those that the routes above take. */
export function takeForms(app: FastifyInstance): void {
  app.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES_MAX },
    (_request, body, done) => done(null, new URLSearchParams(body)),
  )
}

/** Empty where no form was sent. */
export function formOf({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams()
}
