/** Says on standard error what is going on, after how many seconds; standard output is the table's. */
export function reportProgress(text: string): void {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(1).padStart(7)} s  ${text}\n`)
}
