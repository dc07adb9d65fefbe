/** What the process was given; read here and nowhere else. */
export const environment: Readonly<Record<string, string | undefined>> = process.env

/** Without it every command works on the one-machine default. */
export function hasDatabaseUrl(): boolean {
  return Boolean(environment['DATABASE_URL'])
}

export function isProduction(): boolean {
  return environment['NODE_ENV'] === 'production'
}
