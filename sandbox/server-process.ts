import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const LOG_TAIL_LINES = 20
const READY_POLL_MS = 10

export interface ServerCommand {
  /** For error texts. */
  readonly name: string
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]]
  /** What the server prints; emptied at each start. */
  readonly logFile: string
  /** Asked until it says yes. */
  isReady(pid: number): Promise<boolean>
  readonly startTimeoutMs: number
  /** Sent one after the other, each with the time it has; SIGKILL comes after the last. */
  readonly stopSignals: readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[]
  /** Sent when this process dies without having stopped the server. */
  readonly orphanSignal: 'SIGQUIT' | 'SIGTERM'
}

/** A server started by this process, which it does not outlive. */
export interface ServerProcess {
  readonly pid: number
  /** Resolves when the server has ended, whatever ended it. */
  readonly exited: Promise<void>
  /** Ends the server and resolves when it has ended. May be called again. */
  stop(): Promise<void>
}

/**
 * Starts a server and resolves when it is ready. Rejects with the end of its log when it ends before, or is not ready
 * in time; then nothing is left running.
 */
export async function startServerProcess(command: ServerCommand): Promise<ServerProcess> {
  const spawned = await spawnLogged(command)
  stopWhenOrphaned(spawned, command.orphanSignal)
  const stop = stopper(spawned, command.stopSignals)
  try {
    await untilReady(spawned, command)
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: spawned.pid, exited: spawned.exited, stop }
}

interface Spawned {
  readonly child: ChildProcess
  readonly pid: number
  readonly exited: Promise<void>
}

/** In a process group of its own, so that Ctrl-C in the terminal reaches this process alone, which then stops in order. */
async function spawnLogged({ name, command: [program, ...args], logFile }: ServerCommand): Promise<Spawned> {
  const log = await open(logFile, 'w', 0o600)
  try {
    const child = spawn(program, args, { detached: true, stdio: ['ignore', log.fd, log.fd] })
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    await once(child, 'spawn')
    if (child.pid === undefined) throw new Error('it has no pid')
    return { child, pid: child.pid, exited }
  } catch (cause) {
    throw new Error(`${name} could not be started`, { cause })
  } finally {
    await log.close()
  }
}

/**
 * A shell that waits on a pipe from this process. The pipe closes when this process dies, even by SIGKILL; a line on it
 * says that the server has ended. (The kernel's parent-death signal exists on Linux only, and follows the thread.)
 */
function stopWhenOrphaned({ pid, exited }: Spawned, signal: ServerCommand['orphanSignal']): void {
  const script = `read -r _ || kill -s ${signal.slice('SIG'.length)} ${pid}`
  const watchdog = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  watchdog.stdin.on('error', () => undefined) // a watchdog that was killed has nothing left to be told
  exited.then(() => watchdog.stdin.end('\n'))
}

/** Ends the server once, however often it is asked to. */
function stopper({ child, exited }: Spawned, signals: ServerCommand['stopSignals']): () => Promise<void> {
  const stop = async () => {
    for (const { signal, waitMs } of signals) {
      child.kill(signal)
      if (await endsWithin(exited, waitMs)) return
    }
    child.kill('SIGKILL')
    await exited
  }
  let stopping: Promise<void> | undefined
  return () => {
    stopping ??= stop()
    return stopping
  }
}

async function endsWithin(exited: Promise<void>, waitMs: number): Promise<boolean> {
  const timer = new AbortController()
  const timeUp = sleep(waitMs, false, { signal: timer.signal }).catch(() => false)
  const ended = await Promise.race([exited.then(() => true), timeUp])
  timer.abort()
  return ended
}

async function untilReady({ child, pid }: Spawned, command: ServerCommand): Promise<void> {
  const { name, logFile, startTimeoutMs } = command
  const deadline = performance.now() + startTimeoutMs
  while (!(await command.isReady(pid))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${name} ended while starting:\n${await logTail(logFile)}`)
    }
    if (performance.now() > deadline) {
      throw new Error(`${name} was not ready within ${startTimeoutMs} ms:\n${await logTail(logFile)}`)
    }
    await sleep(READY_POLL_MS)
  }
}

async function logTail(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n')
  return lines.slice(-LOG_TAIL_LINES).join('\n')
}
