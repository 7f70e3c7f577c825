import type { NoticeLanguage } from '../channel/notice.ts'

/** A day's root that could not be handed over is tried again after this long, then after twice as long … */
const AGAIN_FIRST_MS = 60_000
/** … and never more seldom than this: a mailbox that works again has the root within the hour. */
const AGAIN_MOST_MS = 3_600_000

export function againAfterMs(attempts: number): number {
  return Math.min(AGAIN_MOST_MS, AGAIN_FIRST_MS * 2 ** Math.max(0, attempts - 1))
}

/** Days between the first and the last that were not sealed: '2026-11-23' … */
export function gapsIn(days: readonly string[]): string[] {
  const sorted = days.toSorted()
  return sorted.flatMap((day, i) => {
    const gaps: string[] = []
    const next = sorted[i + 1]
    for (let at = dayAfter(day); next !== undefined && at < next; at = dayAfter(at)) gaps.push(at)
    return gaps
  })
}

const dayAfter = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)

/** The letter in which a second party gets the roots of some days, a line each; nothing in it is personal. */
export function rootLetter(
  days: readonly { day: string; text: string }[],
  language: NoticeLanguage,
): { subject: string; text: string } {
  const words = languages[language]
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? '']
  const which = first === last ? first : `${first} – ${last}`
  return {
    subject: words.subject(which),
    text: [words.what(which), words.keep, '', ...days.map(({ text }) => text.trim()), '', words.check].join('\n'),
  }
}

const languages = {
  'zh-CN': {
    subject: (days: string) => `[安居] 证据日根 ${days}`,
    what: (days: string) => `以下是 ${days} 的证据日根：每天一行，里面没有任何个人信息。`,
    keep: '请原样保存这封邮件，不要修改，也不要只保存在平台上。日后有人改动平台上的记录，凭它就能看出来。',
    check: '核对办法：把邮件存成文本文件，运行 npm run verify-evidence 导出文件 -- --roots 邮件文件。',
  },
  en: {
    subject: (days: string) => `[Anju] Roots of evidence ${days}`,
    what: (days: string) => `These are the roots of evidence of ${days}: a line a day, with nothing personal in it.`,
    keep: 'Please keep this letter as it is, and not on the platform alone. If somebody changes its records later, this letter shows it.',
    check:
      'To check: save the letter as a text file and run npm run verify-evidence export.json -- --roots letter.txt.',
  },
} satisfies Record<NoticeLanguage, object>
