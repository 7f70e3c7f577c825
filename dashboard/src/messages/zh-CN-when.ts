/** Words of the fields for days and times. */
export const when = {
  pick: (label: string) => `在日历里选：${label}`,
  order: { day: '年-月-日，如 2026-11-22', moment: '年-月-日 时:分，如 2026-11-22 08:30', time: '时:分，如 22:00' },
  unread: {
    day: '看不懂这个日期，请写成 2026-11-22 这样。',
    moment: '看不懂这个时间，请写成 2026-11-22 08:30 这样。',
    time: '看不懂这个时间，请写成 22:00 这样。',
  },
}
