import { z } from 'zod'
import { readPrivateFile, writePrivateFile } from '../private-file.ts'
import type { FakeMail } from './mail-request.ts'

const MAILS_KEPT = 1_000

const savedState = z.object({
  mails: z.array(
    z.object({
      id: z.string(),
      acceptedAt: z.string(),
      from: z.string(),
      to: z.array(z.string()),
      subject: z.string(),
      text: z.string(),
      html: z.string(),
      headers: z.record(z.string(), z.string()),
      customArgs: z.record(z.string(), z.string()),
    }),
  ),
  suppressed: z.array(z.string()),
})

/** The mails that were accepted, newest last, and the addresses that get none; in a file too where one is named. */
export class MailStore {
  readonly mails: FakeMail[] = []
  readonly #suppressed = new Set<string>()
  readonly #file: string | undefined
  #saving: Promise<void> = Promise.resolve()
  #waiting: { matches: (mail: FakeMail) => boolean; resolve: (mail: FakeMail) => void }[] = []

  private constructor(file: string | undefined) {
    this.#file = file
  }

  static async open(file: string | undefined): Promise<MailStore> {
    const store = new MailStore(file)
    const saved = file === undefined ? undefined : await readPrivateFile(file)
    if (saved === undefined) return store
    const { mails, suppressed } = savedState.parse(JSON.parse(saved))
    store.mails.push(...mails)
    for (const address of suppressed) store.#suppressed.add(address)
    return store
  }

  async add(mail: FakeMail): Promise<void> {
    this.mails.push(mail)
    if (this.mails.length > MAILS_KEPT) this.mails.shift()
    await this.#save()
    for (const waiting of this.#waiting) if (waiting.matches(mail)) waiting.resolve(mail)
  }

  async suppress(address: string): Promise<void> {
    this.#suppressed.add(address.toLowerCase())
    await this.#save()
  }

  isSuppressed(address: string): boolean {
    return this.#suppressed.has(address.toLowerCase())
  }

  /** The first mail that matches, now or later. */
  async waitFor(matches: (mail: FakeMail) => boolean): Promise<FakeMail> {
    const found = this.mails.find(matches)
    if (found) return found
    const { promise, resolve } = Promise.withResolvers<FakeMail>()
    this.#waiting.push({ matches, resolve })
    return await promise
  }

  /** One write after the other: the last one has everything. A write that fails is its caller's. */
  async #save(): Promise<void> {
    const file = this.#file
    if (file === undefined) return
    const state = JSON.stringify({ mails: this.mails, suppressed: [...this.#suppressed] })
    this.#saving = this.#saving.catch(() => undefined).then(() => writePrivateFile(file, state))
    await this.#saving
  }
}
