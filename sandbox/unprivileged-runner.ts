import { spawnSync } from 'node:child_process'

/** The conventional uid and gid of `nobody`. */
export const NOBODY = 65534

/** A way to run a program that refuses to run as root. */
export interface Runner {
  /** Goes in front of a command. Each program in it becomes the next one, so the pid stays the same. */
  readonly prefix: readonly string[]
  /** Who owns the files that the program makes, seen from outside. */
  readonly uid: number
}

/** The command under the runner, and with none of this process's environment: neither its library paths nor its PG… */
export function runUnder(runner: Runner, command: readonly string[]): readonly [string, ...string[]] {
  const [first = 'env', ...rest] = [...runner.prefix, 'env', '-i', 'LC_ALL=C', ...command]
  return [first, ...rest]
}

/**
 * A normal user runs the program as it is. Root gets, in this order:
 *
 * 1. the real nobody, with root's right to pass closed folders, whoever owns them;
 * 2. a user namespace in which root is called nobody, for systems where nobody else exists. It passes only those
 *    closed folders that belong to root.
 *
 * Throws when root may do neither.
 */
export function findUnprivilegedRunner(): Runner {
  const uid = process.geteuid?.() ?? NOBODY
  if (uid !== 0) return { prefix: [], uid }

  const runner = ROOT_RUNNERS.find(works)
  if (runner) return runner
  throw new Error(
    'Postgres refuses to run as root, and this machine lets root neither become nobody (setpriv) ' +
      'nor make a user namespace (unshare): start as a normal user, or set DATABASE_URL',
  )
}

const ROOT_RUNNERS: readonly Runner[] = [
  {
    prefix: [
      'setpriv',
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
      '--securebits=+no_setuid_fixup', // else access(2), which Postgres asks about its programs, forgets that right
      '--',
    ],
    uid: NOBODY,
  },
  { prefix: ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'], uid: 0 },
]

function works({ prefix }: Runner): boolean {
  const [program = '', ...args] = prefix
  return spawnSync(program, [...args, 'true']).status === 0
}
