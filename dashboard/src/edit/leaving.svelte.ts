import { router } from '../shell/router.svelte.ts'

/** Keeps a reader on the page while something typed there is not saved: she is asked in a bar, not in a dialog. */
class Leaving {
  /** Where the reader wanted to go. */
  wanted = $state<string | null>(null)
  readonly #forms = new Set<() => boolean>()

  /** @param dirty whether the form holds what is not saved; @returns call when the form is gone */
  watch(dirty: () => boolean): () => void {
    this.#forms.add(dirty)
    router.hold = (path) => this.#holds(path)
    addEventListener('beforeunload', this.#unload)
    return () => {
      this.#forms.delete(dirty)
      if (this.#forms.size > 0) return
      router.hold = () => false
      this.wanted = null
      removeEventListener('beforeunload', this.#unload)
    }
  }

  #dirty(): boolean {
    return [...this.#forms].some((dirty) => dirty())
  }

  #holds(path: string): boolean {
    if (!this.#dirty()) return false
    this.wanted = path
    return true
  }

  readonly #unload = (event: BeforeUnloadEvent): void => {
    if (this.#dirty()) event.preventDefault()
  }

  stay(): void {
    this.wanted = null
  }

  leave(): void {
    const { wanted } = this
    router.hold = () => false
    this.wanted = null
    if (wanted !== null) router.go(wanted)
  }
}

export const leaving = new Leaving()
