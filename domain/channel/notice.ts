import type { AlarmKind, EscalationReason, Priority } from '../alarm/kinds.ts'

export type NoticeLanguage = 'zh-CN' | 'en'

/**
 * What leaves the house about an alarm: what it is, where roughly, since when, and the address where whoever may see
 * more signs in. No name, no house, no telephone number (promise 10).
 */
export interface Notice {
  kind: AlarmKind
  priority: Priority
  /** The community's name. */
  place: string
  since: Date
  timeZone: string
  /** Why the outside is told; null: the alarm's kind says it. */
  reason: EscalationReason | null
  /** What it is about, where that is no person: a channel's name. */
  about: string | null
  drill: boolean
  /** Others that the same message tells of, with since when the oldest of all stands; null: it is about one. */
  more: { count: number; oldest: Date } | null
  /** null: nobody said where people reach the site. */
  link: string | null
}

/** One line, as a short message takes it. */
export function lineOf(notice: Notice, language: NoticeLanguage): string {
  const { words, stop, comma, quote } = languages[language]
  const what = words.kind[notice.kind] + (notice.about === null ? '' : quote(notice.about))
  const parts = [
    `${words.priority[notice.priority]} ${what}`,
    notice.place,
    words.since(timeOf(notice)),
    ...(notice.reason === null ? [] : [words.reason[notice.reason]]),
    ...moreOf(notice, words),
  ]
  const link = notice.link === null ? '' : ` ${notice.link}`
  return `${notice.drill ? words.drill : ''}${parts.join(comma)}${stop}${link}`
}

/** A letter: the same in its lines. */
export function letterOf(notice: Notice, language: NoticeLanguage): { subject: string; text: string } {
  const { words, quote } = languages[language]
  const what = words.kind[notice.kind] + (notice.about === null ? '' : quote(notice.about))
  const drill = notice.drill ? words.drill : ''
  const lines = [
    `${drill}${words.priority[notice.priority]} ${what}`,
    notice.place,
    words.since(timeOf(notice)),
    ...(notice.reason === null ? [] : [words.reason[notice.reason]]),
    ...moreOf(notice, words),
    ...(notice.link === null ? [] : ['', notice.link]),
    '',
    words.noAnswer,
  ]
  return {
    subject: `[${words.name}] ${drill}${words.priority[notice.priority]} ${what} ${notice.place}`,
    text: lines.join('\n'),
  }
}

function moreOf({ more, timeZone }: Notice, words: Words): string[] {
  return more === null ? [] : [words.more(more.count, timeOf({ since: more.oldest, timeZone }))]
}

/** What a test message says; `at`: when it was sent. */
export function testLine(language: NoticeLanguage, at: Date, timeZone: string): string {
  return languages[language].words.test(timeOf({ since: at, timeZone }))
}

function timeOf({ since, timeZone }: Pick<Notice, 'since' | 'timeZone'>): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(since)
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? ''
  return `${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`
}

interface Words {
  name: string
  drill: string
  priority: Record<Priority, string>
  kind: Record<AlarmKind, string>
  reason: Record<EscalationReason, string>
  since: (time: string) => string
  more: (count: number, oldest: string) => string
  noAnswer: string
  test: (time: string) => string
}

const zh: Words = {
  name: '安居',
  drill: '演练 ',
  priority: { high: '高', medium: '中', low: '低' },
  kind: {
    'emergency-press': '紧急呼叫',
    'caregiver-distress': '服务人员求助',
    'reading-critical': '读数危急',
    'probe-failed': '自检失败',
    'device-silent': '设备失联',
    'device-tampered': '设备被拆动',
    'caregiver-missing': '服务人员未到',
    'caregiver-inside-too-long': '服务人员滞留',
    'channel-down': '通知渠道不通',
    'reading-missing': '缺少读数',
    'caregiver-late': '服务人员迟到',
    'care-check-overdue': '巡访逾期',
    'battery-low': '电量低',
    probe: '自检',
  },
  reason: {
    'no-seat': '无人在岗',
    'not-shown': '值班屏没有显示',
    'unowned-60': '尚无人接手',
    'unowned-180': '一直无人接手',
    'no-progress': '接手后没有进展',
  },
  since: (time) => `${time} 起`,
  more: (count, oldest) => `另有 ${count} 个报警，最早 ${oldest} 起`,
  noAnswer: '请勿回复本邮件；详情请登录查看。',
  test: (time) => `这是一条测试消息，${time}，没有报警。`,
}

const en: Words = {
  name: 'Anju',
  drill: 'DRILL ',
  priority: { high: 'High:', medium: 'Medium:', low: 'Low:' },
  kind: {
    'emergency-press': 'emergency press',
    'caregiver-distress': 'caregiver in distress',
    'reading-critical': 'critical reading',
    'probe-failed': 'self-test failed',
    'device-silent': 'device silent',
    'device-tampered': 'device tampered with',
    'caregiver-missing': 'caregiver missing',
    'caregiver-inside-too-long': 'caregiver inside too long',
    'channel-down': 'notification channel down',
    'reading-missing': 'reading missing',
    'caregiver-late': 'caregiver late',
    'care-check-overdue': 'care check overdue',
    'battery-low': 'battery low',
    probe: 'self-test',
  },
  reason: {
    'no-seat': 'no one is at the desk',
    'not-shown': 'no desk showed it',
    'unowned-60': 'no one has taken it yet',
    'unowned-180': 'still no one has taken it',
    'no-progress': 'taken, but nothing is done',
  },
  since: (time) => `since ${time}`,
  more: (count, oldest) => `and ${count} more; the oldest since ${oldest}`,
  noAnswer: 'Do not answer this letter; sign in to see more.',
  test: (time) => `This is a test message, ${time}. There is no alarm.`,
}

const languages = {
  'zh-CN': { words: zh, stop: '。', comma: '，', quote: (text: string) => `“${text}”` },
  en: { words: en, stop: '.', comma: ', ', quote: (text: string) => ` “${text}”` },
}
