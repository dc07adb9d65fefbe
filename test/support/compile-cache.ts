import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Of every process that tests start: it starts in two thirds of the time where an earlier one left its compiled code. This is
 * where Node itself would keep it.
 */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }
