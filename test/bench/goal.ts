/** A figure that is to be reached. */
export interface Goal {
  readonly figure: string
  readonly relation: '≥' | '≤'
  readonly goal: number
  readonly unit: string
  readonly measured: number
}

export interface GoalResult extends Goal {
  readonly met: boolean
}

export function judge(goal: Goal): GoalResult {
  const met = goal.relation === '≥' ? goal.measured >= goal.goal : goal.measured <= goal.goal
  return { ...goal, met }
}
