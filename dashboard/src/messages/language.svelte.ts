import type { LanguageTag } from './tag.ts'
import type { Messages } from './zh-CN.ts'

/** Each a file of its own: nobody waits for words of a language not asked for. */
const load: Record<LanguageTag, () => Promise<Messages>> = {
  'zh-CN': async () => (await import('./zh-CN.ts')).zhCN,
  en: async () => (await import('./en.ts')).en,
}
const KEY = 'anju.language'
const first: LanguageTag = document.documentElement.lang === 'en' ? 'en' : 'zh-CN'
const words = await load[first]() // a page without words is none: what imports this waits

/** The language of this browser's pages. Components read `language.m`. */
class Language {
  tag = $state<LanguageTag>(first)
  m = $state.raw(words)

  /** Changes once the words are here; without a line to fetch them by, all stays as it is. */
  use(tag: LanguageTag): void {
    const change = (table: Messages): void => {
      this.m = table
      this.tag = tag
      document.documentElement.lang = tag
      localStorage.setItem(KEY, tag)
    }
    void load[tag]().then(change, () => undefined)
  }
  other(): LanguageTag {
    return this.tag === 'en' ? 'zh-CN' : 'en'
  }
}

export const language = new Language()
