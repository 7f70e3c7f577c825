import type { Command, SunMessage, Tap } from '@anju/domain/wire/schema'
import type { Connect } from './connection.ts'
import { Device, type DeviceOptions, ownLanes } from './device.ts'

/** A badge held to the reader is seen many times; for this long it is one tap. */
const sameTapMs = 3_000

/** A reader at the door: sees a badge's number, beeps, and keeps the tap until it is told. */
export class DoorReader extends Device {
  #last: { uid: string; atMs: number } | undefined

  constructor(options: DeviceOptions, connect?: Connect) {
    super(options, { lanes: ownLanes(options.window), obey }, connect)
  }

  /** A badge is held to it. Answers the message's id, or undefined while it is the same badge still. */
  tap(uid: string): string | undefined {
    const atMs = this.clock.now()
    if (this.#last?.uid === uid && Math.abs(atMs - this.#last.atMs) < sameTapMs) return undefined
    this.#last = { uid, atMs }
    return this.#keep({ uid })
  }

  /** A secure tag is held to it. */
  tapSecure(sun: SunMessage): string {
    return this.#keep({ sun })
  }

  #keep(what: { uid: string } | { sun: SunMessage }): string {
    const stamp = this.firmware.stamp()
    const body: Tap = { id: `b${stamp.boot}-${stamp.seq}`, ...stamp, ...what }
    this.firmware.keep('tap', body.id, body)
    return body.id
  }
}

function obey(command: Command): string {
  return command.cmd === 'test' || command.cmd === 'locate' ? 'played' : 'unsupported'
}
