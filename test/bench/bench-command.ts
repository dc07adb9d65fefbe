import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EXIT, runCommand } from '../../scripts/command.ts'
import { reportProgress } from './progress.ts'
import { type Rig, startRig } from './rig.ts'
import { FULL_WORKLOAD, onPostgresQueues, QUICK_WORKLOAD, type Workload } from './workload.ts'

/** A bench as a command of package.json. */
export interface BenchCommand {
  readonly script: string
  readonly help: string
  /** Where its figures go unless --json says otherwise. */
  readonly jsonFile: string
  /** Prints what people read, and answers with the files to write, beside the one of the figures. */
  run(rig: Rig, workload: Workload): Promise<{ json: string; files: ReadonlyMap<string, string> }>
}

/** Runs it on the arguments of this process, as every command. */
export async function runBench(command: BenchCommand): Promise<void> {
  await runCommand({
    name: command.script,
    help: command.help,
    args: [],
    options: { quick: { type: 'boolean' }, json: { type: 'string' } },
    run: async ({ options: { quick = false, json = command.jsonFile } }) => {
      await bench(command, { quick, jsonFile: json })
      return EXIT.done
    },
  })
}

async function bench(
  command: BenchCommand,
  { quick, jsonFile }: { quick: boolean; jsonFile: string },
): Promise<void> {
  reportProgress('starting the servers')
  const planned = quick ? QUICK_WORKLOAD : FULL_WORKLOAD
  const rig = await startRig(planned.rates)
  stopWhenInterrupted(rig)
  try {
    const workload = rig.servers.redis ? planned : onPostgresQueues(planned)
    const { json, files } = await command.run(rig, workload)
    await rig.aftercare.settled()
    for (const [file, text] of [[jsonFile, json] as const, ...files]) await save(file, text)
  } finally {
    await rig.stop()
  }
}

function stopWhenInterrupted(rig: Rig): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => rig.stop().finally(() => process.exit(1)))
  }
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  console.log(`written: ${file}`)
}
