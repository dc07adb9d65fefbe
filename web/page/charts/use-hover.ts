import { type PointerEvent, useState } from 'react'
import type { BalancePoint } from '../api/balance-history.ts'

/** The point of a chart that the pointer is nearest to. */
export interface Hover {
  readonly point: BalancePoint | null
  onPointerMove(event: PointerEvent<SVGElement>): void
  onPointerLeave(): void
}

export function useHover(points: readonly BalancePoint[], x: (instant: string) => number): Hover {
  const [point, setPoint] = useState<BalancePoint | null>(null)
  return {
    point,
    onPointerLeave: () => setPoint(null),
    onPointerMove: ({ clientX, currentTarget }) => {
      const at = clientX - currentTarget.getBoundingClientRect().left
      const passed = points.findLast((one) => x(one.at) <= at)
      setPoint(passed ?? points[0] ?? null)
    },
  }
}
