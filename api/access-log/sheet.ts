import { csv } from '../sheet/csv.ts'
import type { AccessRow } from './schema.ts'

const headings = ['时间 at', '查阅人 who', '动作 action', '老人 whom', '辖区 area', '理由 reason']

/** The log as CSV. Demo data say so in the first line, and a file that was cut says so in the last. */
export function accessSheet(rows: readonly AccessRow[], { demo, cut }: { demo: boolean; cut: boolean }): string {
  return csv([
    ...(demo ? [['演示数据 Demo data']] : []),
    headings,
    ...rows.map(({ at, user, action, elder, area, reason, subject }) => [
      at,
      user?.name ?? '',
      action,
      elder?.name ?? subject,
      area,
      reason,
    ]),
    ...(cut ? [['只含最新的部分，请缩小范围 Only the newest; choose a shorter time']] : []),
  ])
}
