import { basename } from 'node:path'
import { listSpoolFiles, readSpoolFile } from '../jobs/spool.ts'
import { createUsageProducer, type UsageProducer } from '../jobs/usage-producer.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, runCommand, WrongCall } from './command.ts'
import { progressPrinter } from './progress.ts'

const HELP = `Usage: npm run -s replay-spool -- [--data DIR] DIR

Sends every usage record of a producer's spool to the queue again, after the queue lost what it held. What was charged is
not charged again, so a spool may be replayed whole, at any time, and more than once.

  DIR          the folder that the producer spools to
  --data DIR   the data of the one-machine default, without DATABASE_URL
  --help       this text

Exit codes: 0 everything is in the queue; 1 not all of it is, run it again; 2 wrong call.
`

/** Bounds what is in memory and on its way: ten full jobs. */
const SENT_AT_ONCE = 10_000

await runCommand({
  name: 'replay-spool',
  help: HELP,
  options: {},
  args: ['DIR'],
  run: async ({ args: [dir = ''], dataDir }) => {
    const files = await spoolFiles(dir)
    return await withRuntime({ process: 'replay-spool', dataDir }, async ({ config, clock, log }) => {
      const onError = (error: Error) => log.warn({ err: error }, 'queue error')
      const producer = createUsageProducer(config, { onError })
      try {
        const print = progressPrinter(clock)
        const sent = await replay(files, producer, (file, records) => {
          print(() => `file ${file} of ${files.length}: sent ${records} records so far`)
        })
        console.log(`sent ${sent} records of ${files.length} files to the queue`)
        console.log('workers charge what is not charged yet; what was charged is not charged again')
        return EXIT.done
      } finally {
        await producer.close()
      }
    })
  },
})

async function spoolFiles(dir: string): Promise<string[]> {
  const files = await listSpoolFiles(dir).catch((cause) => {
    throw new WrongCall(`cannot read ${dir}`, { cause })
  })
  if (files.length === 0) throw new WrongCall(`${dir} holds no spool file (usage-….ndjson)`)
  return files
}

async function replay(
  files: readonly string[],
  producer: UsageProducer,
  progress: (file: number, records: number) => void,
): Promise<number> {
  let sent = 0
  for (const [index, file] of files.entries()) {
    for await (const batch of batchesOf(readSpoolFile(file))) {
      await sendAll(producer, batch, basename(file))
      sent += batch.length
      progress(index + 1, sent)
    }
  }
  return sent
}

async function* batchesOf(records: AsyncIterable<unknown>): AsyncGenerator<unknown[]> {
  let batch: unknown[] = []
  for await (const record of records) {
    batch.push(record)
    if (batch.length < SENT_AT_ONCE) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function sendAll(producer: UsageProducer, records: readonly unknown[], file: string): Promise<void> {
  try {
    await producer.addAll(records)
  } catch (cause) {
    throw new Error(`the queue did not take the records of ${file}: run this again, which is safe`, { cause })
  }
}
