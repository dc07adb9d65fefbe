/** The requests of a process, by name, and what it answers. */
export type CallsOf<Calls> = { [Call in keyof Calls]: { ask: unknown; answer: unknown } }

export type Answers<Calls extends CallsOf<Calls>> = {
  [Call in keyof Calls]: (ask: Calls[Call]['ask']) => Promise<Calls[Call]['answer']>
}

/** Answers the calls of the ProcessHandle that started this process, and ends with it. */
export function answerCalls<Calls extends CallsOf<Calls>>(answers: Answers<Calls>): void {
  process.on('message', async ({ call, ask }: { call: keyof Calls; ask: never }) => {
    process.send?.(await answers[call](ask))
  })
  process.on('disconnect', () => process.exit())
}
