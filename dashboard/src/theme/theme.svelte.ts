import { MediaQuery } from 'svelte/reactivity'

export const themes = ['auto', 'light', 'dark'] as const
export type ThemeName = (typeof themes)[number]
const KEY = 'anju.theme'

/** Light, dark, or as the system has it. `public/before-paint.js` sets it before the first paint. */
class Theme {
  readonly #system = new MediaQuery('prefers-color-scheme: dark')
  name = $state<ThemeName>(themes.find((name) => name === localStorage.getItem(KEY)) ?? 'auto')

  /** As it is seen now, whoever decided it. */
  get dark(): boolean {
    return this.name === 'auto' ? this.#system.current : this.name === 'dark'
  }
  use(name: ThemeName): void {
    this.name = name
    localStorage.setItem(KEY, name)
    if (name === 'auto') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = name
  }
  /** The next in turn, for the one button of the strip. */
  next(): ThemeName {
    return themes[(themes.indexOf(this.name) + 1) % themes.length] ?? 'auto'
  }
}

export const theme = new Theme()
