/** The mails that warn of losing a number. */
const RENEWAL_NOTICES = [
  'notice_renewal_uncovered',
  'notice_grace',
  'notice_suspension',
  'notice_release',
] as const
export type RenewalNotice = (typeof RENEWAL_NOTICES)[number]

/** When each notice was given since the number was last paid up: a charge that makes it active again forgets them. */
export type NoticedAt = Readonly<Partial<Record<RenewalNotice, Date>>>

const DAY_MS = 86_400_000

/**
 * When a number is suspended or released, `days` of 24 hours after `since`, and whether the notice of it is to be given
 * now: `noticeDays` before, or at once where the whole wait is shorter. Nobody is stepped on without warning: as long as
 * the notice was not given, because we were down, say, the step keeps that distance from it.
 */
export function warnedStep({
  since,
  days,
  noticeDays,
  noticedAt,
  now,
}: {
  readonly since: Date
  readonly days: number
  readonly noticeDays: number
  /** When the notice of this step was given. */
  readonly noticedAt: Date | undefined
  readonly now: Date
}): { readonly at: Date; readonly isNoticeDue: boolean } {
  const warningMs = Math.min(noticeDays, days) * DAY_MS
  const endMs = since.getTime() + days * DAY_MS
  const isNoticeDue = noticedAt === undefined && now.getTime() >= endMs - warningMs
  const warnedMs = isNoticeDue ? now.getTime() : (noticedAt?.getTime() ?? Number.NEGATIVE_INFINITY)
  return { at: new Date(Math.max(endMs, warnedMs + warningMs)), isNoticeDue }
}

/** True from `noticeDays` before a renewal begins. */
export function isNearRenewal({
  startsAt,
  noticeDays,
  now,
}: {
  readonly startsAt: Date
  readonly noticeDays: number
  readonly now: Date
}): boolean {
  return now.getTime() >= startsAt.getTime() - noticeDays * DAY_MS
}
