import type { Page } from 'playwright-core'
import { seriousFindings } from '../journeys/desk.ts'
import type { Look } from './viewer.ts'

/** What no reader should ever see: a value that is none, or a code where a word belongs. */
const NO_WORD = /\b(undefined|NaN|Invalid Date)\b|\[object \w+\]/
/** In Chinese a word like `not-called-back` is a code that has no words, unless it is a device’s id. */
const CODE = /(?<![\w./@-])(?!(?:btn|bpm|glu|oxi|scl|thm|dor|hub)-|sans-serif)[a-z]+(?:[-_][a-z]+)+(?![\w./@-])/g
/** What is typed into a shell is meant as it stands. */
const COMMAND = /npm run [\w-]+/g

/** What is wrong with a page as it stands; nothing, if all is well. */
export async function findings(page: Page, look: Look, { axe }: { axe: boolean }): Promise<string[]> {
  const { lang, text, wide } = await page.evaluate(() => {
    const over = (element: Element | null): number => (element ? element.scrollWidth - element.clientWidth : 0)
    const main = document.querySelector('#main') ?? document.querySelector('main')
    const room = main?.getBoundingClientRect()
    const scrolls = (element: Element): boolean =>
      element.closest('nav') !== null ||
      /auto|scroll/.test(getComputedStyle(element.parentElement ?? element).overflowX)
    /** What hangs furthest out of its room, to say where to look. */
    const guilty = [...(main?.querySelectorAll(':not(table *):not(nav *)') ?? [])]
      .filter((element) => !scrolls(element))
      .map((element) => ({ element, right: element.getBoundingClientRect().right }))
      .filter(({ right }) => room !== undefined && right > room.right + 1)
      .sort((one, other) => other.right - one.right)[0]?.element
    return {
      lang: document.documentElement.lang,
      text: document.body.innerText,
      wide: [over(document.documentElement), over(main), guilty?.outerHTML.slice(0, 90) ?? ''] as const,
    }
  })
  const [page_, main, where] = wide
  const codes = look.language === 'zh-CN' ? [...new Set(text.replaceAll(COMMAND, '').match(CODE) ?? [])] : []
  return [
    ...(page_ > 0 || main > 0 ? [`${Math.max(page_, main)} px too wide: ${where}`] : []),
    ...(lang === look.language ? [] : [`lang is ${lang}`]),
    ...(NO_WORD.test(text) ? [`shows “${around(text, NO_WORD)}”`] : []),
    ...codes.map((code) => `a code for a word: ${code}`),
    ...(axe ? await seriousFindings(page) : []),
  ]
}

function around(text: string, sought: RegExp): string {
  const at = text.search(sought)
  return text.slice(Math.max(0, at - 20), at + 30).replace(/\s+/g, ' ')
}
