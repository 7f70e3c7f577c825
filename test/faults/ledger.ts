/** What the platform has acknowledged, by the device that said it: nobody may lose any of these. */
export type Acknowledged = { device: string; id: string; way: Way }
export type Way = 'mqtt' | 'http' | 'hub'

export class Ledger {
  readonly all: Acknowledged[] = []
  readonly #counts: Record<Way, number> = { mqtt: 0, http: 0, hub: 0 }
  #waiting: { fact: () => boolean; resolve: () => void }[] = []

  note(way: Way, device: string, id: string): void {
    this.all.push({ way, device, id })
    this.#counts[way]++
    const held = this.#waiting.filter(({ fact }) => fact())
    this.#waiting = this.#waiting.filter((each) => !held.includes(each))
    for (const { resolve } of held) resolve()
  }

  /** Resolves once so many more were acknowledged, over all ways. */
  more(count: number): Promise<void> {
    const goal = this.all.length + count
    return this.#until(() => this.all.length >= goal)
  }

  /** Resolves once each way has had so many more acknowledged: the product serves again. */
  async moreByEachWay(count: number, withinMs: number): Promise<void> {
    const goal = { ...this.#counts }
    const behind = () => (['mqtt', 'http', 'hub'] as const).filter((way) => this.#counts[way] < goal[way] + count)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`nothing is acknowledged any more by way of ${behind().join(', ')}`))
      }, withinMs)
    })
    try {
      await Promise.race([this.#until(() => behind().length === 0), late])
    } finally {
      clearTimeout(timer)
    }
  }

  #until(fact: () => boolean): Promise<void> {
    if (fact()) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ fact, resolve }))
  }
}
