import { join } from 'node:path'
import { readOrEmpty, writeDurably } from './disk.ts'

/** The platform re-sends a command until it is answered; it never has this many open for one device. */
const remembered = 64

/** The commands a device has carried out, on its disk: a re-sent one is answered again, never played again. */
export class CommandMemory {
  readonly #path: string
  readonly #results: Map<string, string>

  constructor(folder: string) {
    this.#path = join(folder, 'commands')
    this.#results = new Map(
      readOrEmpty(this.#path)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [id = '', result = ''] = line.split('\t')
          return [id, result]
        }),
    )
  }

  /** What was answered to the command of this id, if it came before. */
  resultOf(id: string): string | undefined {
    return this.#results.get(id)
  }

  remember(id: string, result: string): void {
    this.#results.set(id, result)
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= remembered) break
      this.#results.delete(oldest)
    }
    writeDurably(this.#path, [...this.#results].map(([key, value]) => `${key}\t${value}\n`).join(''))
  }
}
