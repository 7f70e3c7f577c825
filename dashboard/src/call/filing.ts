import { CALL_CATEGORIES, CALL_OUTCOMES } from '@anju/domain/call/call'
import type { Messages } from '../messages/zh-CN.ts'

/** What is written down about a call; '' while it is not chosen. */
export type Filing = { category: string; outcome: string; note: string; elderId: string | null; alarmId: string | null }

export const categoryOptions = (m: Messages) =>
  CALL_CATEGORIES.map((category) => [category, m.service.calls.categories[category]] as const)
export const outcomeOptions = (m: Messages) =>
  CALL_OUTCOMES.map((outcome) => [outcome, m.service.calls.outcomes[outcome]] as const)
