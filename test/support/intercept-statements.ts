import pg from 'pg'

/**
 * Shows every statement that this process sends to Postgres, just before, with its parameters; what `intercept` answers is
 * sent instead. Ends when disposed.
 */
export function interceptStatements(
  intercept: (text: string, parameters: readonly unknown[]) => string,
): Disposable {
  const query = pg.Client.prototype.query
  pg.Client.prototype.query = new Proxy(query, {
    apply: (target, client, [text, parameters, ...rest]) => {
      const isText = typeof text === 'string'
      const sent = isText ? intercept(text, Array.isArray(parameters) ? parameters : []) : text
      return Reflect.apply(target, client, [sent, parameters, ...rest])
    },
  })
  return {
    [Symbol.dispose]: () => {
      pg.Client.prototype.query = query
    },
  }
}
