/**
 * The form that a customer fills in to pay, as one thing: whoever sends it again, by a double click, from a second tab, after
 * the back button or a time-out, sends the same Idempotency-Key, and so pays once. It is kept in the browser's storage until
 * its outcome was seen.
 */
export interface PaymentForm {
  readonly key: string
  /** What was sent with it, once it was sent; the outcome is not known yet. */
  readonly sentAmount: string | null
  /** The key of the form before it, whose outcome was seen in some tab. */
  readonly before: string | null
}

/** The form of this account that is open in this browser, in whichever tab; a fresh one where there is none. */
export function openForm(account: string): PaymentForm {
  return read(account) ?? replaceForm(account, null)
}

/** Whether the outcome of this form was seen in another tab. */
export function isOver(account: string, { key }: PaymentForm): boolean {
  return read(account)?.before === key
}

/** Before it is sent, so that a page that is closed meanwhile knows of it. */
export function markSent(account: string, form: PaymentForm, amount: string): PaymentForm {
  const sent = { ...form, sentAmount: amount }
  writeIfOpen(account, sent)
  return sent
}

/** The server refused it, and nothing was charged: the form can be filled in anew. */
export function markRefused(account: string, form: PaymentForm): PaymentForm {
  const unsent = { ...form, sentAmount: null }
  writeIfOpen(account, unsent)
  return unsent
}

/** Its outcome was seen: the next payment is another one. */
export function closeForm(account: string, form: PaymentForm): void {
  if (read(account)?.key === form.key) replaceForm(account, form.key)
}

function replaceForm(account: string, before: string | null): PaymentForm {
  const form = { key: crypto.randomUUID(), sentAmount: null, before }
  write(account, form)
  return form
}

function writeIfOpen(account: string, form: PaymentForm): void {
  if (read(account)?.key === form.key) write(account, form)
}

const nameOf = (account: string) => `ringledger payment ${account}`
/** Where a browser keeps nothing for a page in a frame, it lasts as long as the page. */
const memory = new Map<string, string>()

function read(account: string): PaymentForm | null {
  const text = fromStorage(nameOf(account)) ?? memory.get(nameOf(account))
  return text === undefined ? null : JSON.parse(text)
}

function fromStorage(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined
  } catch {
    return undefined
  }
}

function write(account: string, form: PaymentForm): void {
  const text = JSON.stringify(form)
  memory.set(nameOf(account), text)
  try {
    localStorage.setItem(nameOf(account), text)
  } catch {
    // The copy in memory is all that there can be.
  }
}
