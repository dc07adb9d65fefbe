import { type RefObject, useLayoutEffect, useState } from 'react'

const WIDTH_BEFORE_IT_IS_KNOWN = 320

/** The width of an element in pixels, kept up as it changes. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(WIDTH_BEFORE_IT_IS_KNOWN)
  useLayoutEffect(() => {
    const { current } = element
    if (!current) return
    const observer = new ResizeObserver(() => setWidth(current.clientWidth))
    observer.observe(current)
    return () => observer.disconnect()
  }, [element])
  return width
}
