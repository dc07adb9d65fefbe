/** SQLSTATE classes of faults that lie in the data and come back however often they are tried. */
const DATA_CLASSES = ['21', '22', '23']

/**
 * True when Postgres refused a statement because of its content (a value out of range, a broken constraint); false for
 * anything that may pass by itself: lost connections, locks, time-outs, restarts, full disks, a standby's read-only mode.
 */
export function isDataError(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return /^[0-9A-Z]{5}$/.test(error.code) && DATA_CLASSES.includes(error.code.slice(0, 2))
}
