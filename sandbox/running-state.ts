import { rm } from 'node:fs/promises'
import type { Config } from '../config/config.ts'
import type { DataFolder } from './data-folder.ts'
import { findRunningPostgres } from './postgres-server.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

/**
 * How to reach the servers of a data folder. Another process uses the queues and the stand-ins for Stripe and SendGrid as
 * they are, whatever its environment; null where the real one is used.
 */
export type Addresses = Pick<
  Config,
  'databaseUrl' | 'migrateDatabaseUrl' | 'redisUrl' | 'queuePrefix' | 'usageShards' | 'stripe' | 'mail'
>

/** What a process that runs the servers says about itself in the data folder. */
export interface RunningState extends Addresses {
  /** Who started the servers and will stop them: `start` or a command. */
  readonly process: string
  readonly pid: number
  readonly postgresPid: number
  /** Of the web server; null before there is one. */
  readonly url: string | null
}

export async function writeState(folder: DataFolder, state: RunningState): Promise<void> {
  await writePrivateFile(folder.stateFile, `${JSON.stringify(state, null, 2)}\n`)
}

export async function removeState(folder: DataFolder): Promise<void> {
  await rm(folder.stateFile, { force: true })
}

/** Who runs the servers of the folder; null when nobody does, which a killed process may have left unsaid. */
export async function readState(folder: DataFolder): Promise<RunningState | null> {
  const text = await readPrivateFile(folder.stateFile)
  if (text === undefined) return null
  const state: RunningState = JSON.parse(text)
  const postgres = await findRunningPostgres(folder.postgres)
  return postgres?.pid === state.postgresPid ? state : null
}
