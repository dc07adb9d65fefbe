import { join, resolve } from 'node:path'

/** Where the one-machine default keeps everything; nothing of it lies elsewhere. */
export interface DataFolder {
  readonly path: string
  /** Folder of the embedded Postgres. */
  readonly postgres: string
  /** Folder of the private Redis. */
  readonly redis: string
  /** The addresses of what runs now, and who runs it. */
  readonly stateFile: string
  readonly workerPasswordFile: string
  readonly serviceKeyFile: string
  readonly pageTokenKeyFile: string
  readonly operatorPasswordFile: string
  /** What the stand-ins for Stripe and SendGrid hold. */
  readonly stripeFile: string
  readonly mailFile: string
  /** What worker, scheduler and web have to say. */
  readonly logFile: string
}

const DEFAULT_PATH = resolve(import.meta.dirname, '..', '.ringledger')

/** The parts of the folder named by `--data`, or of `.ringledger` in this project. */
export function dataFolder(dataDir: string | undefined): DataFolder {
  const path = dataDir === undefined ? DEFAULT_PATH : resolve(dataDir)
  return {
    path,
    postgres: join(path, 'postgres'),
    redis: join(path, 'redis'),
    stateFile: join(path, 'running.json'),
    workerPasswordFile: join(path, 'worker-password'),
    serviceKeyFile: join(path, 'demo-service-key'),
    pageTokenKeyFile: join(path, 'demo-page-token-key'),
    operatorPasswordFile: join(path, 'demo-operator-password'),
    stripeFile: join(path, 'fake-stripe.json'),
    mailFile: join(path, 'fake-sendgrid.json'),
    logFile: join(path, 'processes.log'),
  }
}
