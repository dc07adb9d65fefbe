import { formatFigure } from './format-figure.ts'
import type { GoalResult } from './goal.ts'
import { textTable } from './text-table.ts'

export function goalTable(goals: readonly GoalResult[]): string {
  const rows = goals.map(({ figure, relation, goal, unit, measured, met }) => [
    figure,
    `${relation} ${formatFigure(goal)}`,
    formatFigure(measured),
    unit,
    met ? 'met' : 'NOT MET',
  ])
  return `${textTable([['', 'goal', 'measured', '', ''], ...rows])}\nThe goals are set for queues on Redis.`
}
