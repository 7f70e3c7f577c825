import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readOrEmpty, writeDurably } from '../disk.ts'
import type { Door } from '../phone/visit.ts'
import type { Random } from '../random.ts'
import { DoorTag } from '../tag/door-tag.ts'

/**
 * The doors of a county with the tags inside. What a tag has counted stays in the tag: in a file of its own, which
 * whoever holds a phone to it next reads, the fleet or a scenario that borrowed its caregivers.
 */
export class Doors {
  readonly #doors: ReadonlyMap<string, Door>
  readonly #folder: string
  readonly #random: Random

  constructor(doors: readonly Door[], folder: string, random: Random) {
    this.#doors = new Map(doors.map((door) => [door.home, door]))
    this.#folder = folder
    this.#random = random
    mkdirSync(folder, { recursive: true })
  }

  at(home: string): Door | undefined {
    return this.#doors.get(home)
  }

  /** A phone is held to the tag of that home: the address it opens. */
  touch(home: string): string {
    const door = this.#doors.get(home)
    if (!door) throw new Error(`No tag hangs in home ${home}`)
    const path = join(this.#folder, door.uid)
    const tag = new DoorTag(door, this.#random, Math.max(door.reads, Number(readOrEmpty(path)) || 0))
    const address = tag.touch()
    writeDurably(path, `${tag.reads}\n`)
    return address
  }
}
