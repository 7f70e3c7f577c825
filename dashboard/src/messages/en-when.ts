import type { Messages } from './zh-CN.ts'

/** English for the fields for days and times. */
export const when: Messages['when'] = {
  pick: (label) => `Choose on a calendar: ${label}`,
  order: {
    day: 'year-month-day, as in 2026-11-22',
    moment: 'year-month-day hour:minute, as in 2026-11-22 08:30',
    time: 'hour:minute, as in 22:00',
  },
  unread: {
    day: 'This is not read as a day. Write it like 2026-11-22.',
    moment: 'This is not read as a day and time. Write it like 2026-11-22 08:30.',
    time: 'This is not read as a time. Write it like 22:00.',
  },
}
