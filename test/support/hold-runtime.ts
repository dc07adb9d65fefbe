/** Works on the one-machine default's data in the folder named until its standard input ends. */
import { once } from 'node:events'
import { withRuntime } from '../../sandbox/runtime.ts'

const [dataDir, name = 'hold'] = process.argv.slice(2)
await withRuntime({ process: name, dataDir }, async ({ config }) => {
  const { databaseUrl, stripe, mail } = config
  console.log(JSON.stringify({ databaseUrl, stripeUrl: stripe?.apiBase, mailUrl: mail?.apiBase }))
  await once(process.stdin.resume(), 'end')
})
