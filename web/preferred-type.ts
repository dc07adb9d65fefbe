/**
 * Which of the media types that a call answers with its client wants: the first one, unless the client asks for another
 * by name and gives it more weight.
 */
export function preferredType<Type extends string>(
  accept: string | undefined,
  [first, ...others]: readonly [Type, ...Type[]],
): Type {
  let preferred = first
  for (const type of others) {
    if (weightOf(accept, type) > weightOf(accept, preferred)) preferred = type
  }
  return preferred
}

/** How much a media type is wanted, from 0 to 1. */
function weightOf(accept: string | undefined, mediaType: string): number {
  const range = accept?.split(',').find((one) => one.split(';')[0]?.trim().toLowerCase() === mediaType)
  if (range === undefined) return 0
  const weight = /;\s*q=([\d.]+)/i.exec(range)?.[1]
  return weight === undefined ? 1 : Number(weight)
}
