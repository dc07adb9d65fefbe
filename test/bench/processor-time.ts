import { readdirSync, readFileSync } from 'node:fs'

/** The processes whose work is counted. */
export interface Processes {
  /** Producer and workers. */
  readonly node: readonly number[]
  readonly postmaster: number
  readonly redis: number | null
}

export interface ProcessorTime {
  readonly node: number
  readonly postgres: number
  readonly redis: number
}

/** Linux counts in hundredths of a second towards programs, whatever the kernel's own tick is. */
const TICK_MICROS = 10_000

/** Processor time so far in microseconds, user and system; null where the system has no /proc. */
export function readProcessorTime({ node, postmaster, redis }: Processes): ProcessorTime | null {
  if (process.platform !== 'linux') return null
  return {
    node: node.reduce((total, pid) => total + withEndedChildren(pid), 0),
    postgres: withEndedChildren(postmaster) + childrenOf(postmaster),
    redis: redis === null ? 0 : withEndedChildren(redis),
  }
}

function childrenOf(parent: number): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const children = all.map((pid) => readStat(Number(pid))).filter((stat) => stat?.parent === parent)
  return children.reduce((total, stat) => total + (stat?.ownMicros ?? 0), 0)
}

function withEndedChildren(pid: number): number {
  const stat = readStat(pid)
  if (!stat) throw new Error(`process ${pid} has ended`)
  return stat.ownMicros + stat.endedChildrenMicros
}

/** Fields are numbered as in proc_pid_stat(5); the second, a name, may hold anything. */
function readStat(pid: number) {
  const text = readIfThere(`/proc/${pid}/stat`)
  if (text === null) return null
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number) => Number(fields[number - 3])
  return {
    parent: field(4),
    ownMicros: (field(14) + field(15)) * TICK_MICROS,
    endedChildrenMicros: (field(16) + field(17)) * TICK_MICROS,
  }
}

/** Processes come and go while they are listed. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return null
    throw error
  }
}
