import { useMayChange } from '../api/session.ts'

/** Says to a viewer why what they see cannot be used. */
export function ViewerNote({ what }: { what: string }) {
  if (useMayChange()) return null
  return (
    <p className="dimmed small">You may look at everything here. To {what}, ask a manager of this account.</p>
  )
}
