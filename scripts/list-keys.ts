import { type ListedKey, listServiceKeys } from '../db/service-keys.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, runCommand } from './command.ts'
import { textTable } from './text-table.ts'

const HELP = `Usage: npm run -s list-keys [-- --data DIR]

Shows every service key of the HTTP API that was ever made, the oldest first: never the key itself, which is not kept.

  --data DIR  the data of the one-machine default, without DATABASE_URL
  --help      this text

Columns: name, scopes, made, used (last, to the minute), state (in force, or since when it is revoked). A key that is not
used any more is best revoked: npm run -s create-key -- --revoke NAME

Exit codes: 0 shown; 1 the database could not be read; 2 wrong call.
`

await runCommand({
  name: 'list-keys',
  help: HELP,
  options: {},
  args: [],
  run: ({ dataDir }) =>
    withRuntime({ process: 'list-keys', dataDir }, async ({ db }) => {
      const rows = (await listServiceKeys(db)).map(cellsOf)
      for (const line of textTable(['name', 'scopes', 'made', 'used', 'state'], rows)) console.log(line)
      return EXIT.done
    }),
})

function cellsOf({ name, scopes, createdAt, usedAt, revokedAt }: ListedKey): string[] {
  return [
    name,
    scopes.join(','),
    minuteOf(createdAt),
    usedAt ? minuteOf(usedAt) : 'never',
    revokedAt ? `revoked ${minuteOf(revokedAt)}` : 'in force',
  ]
}

function minuteOf(at: Date): string {
  return `${at.toISOString().slice(0, 16)}Z`
}
