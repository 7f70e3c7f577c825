import type { Tap } from '@anju/domain/wire/schema'
import { Device, type DeviceOptions, singly } from './device.ts'
import { type HttpOptions, httpTransport } from './http.ts'
import { whileCovered } from './radio.ts'
import type { Ntag424 } from './tag/ntag424.ts'

/** Where a phone believes it is, WGS-84; `accuracyM` is the radius it admits to. */
export type Position = { lat: number; lon: number; accuracyM: number }

export type PhoneOptions = Omit<DeviceOptions, 'broker'> & HttpOptions & { position?: Position }

/**
 * A caregiver's phone that reads tags. Today the platform knows it as a device of kind `door-reader` that posts signed
 * taps to the HTTP ingress; its position goes along as a field the contract keeps without reading. What it reads waits
 * on its disk while there is no coverage, with the time at which it was read.
 */
export class Phone extends Device {
  covered = true
  position: Position | undefined

  constructor(options: PhoneOptions) {
    // Called only once it is switched on, when `this` has long been made.
    const covered = (): boolean => this.covered
    super(
      { ...options, broker: '' },
      { lanes: [singly((item) => item.type === 'tap')] },
      whileCovered(httpTransport(options), covered),
    )
    this.position = options.position
  }

  /** Holds the phone to a secure tag: what it mirrors is read and kept. Answers the message's id. */
  read(tag: Ntag424, mirror: 'encrypted' | 'plain' = 'encrypted'): string {
    return this.#keep({ sun: mirror === 'encrypted' ? tag.readEncrypted() : tag.readPlain() })
  }

  /** Holds it to a plain tag or badge. */
  readPlain(uid: string): string {
    return this.#keep({ uid })
  }

  #keep(what: Pick<Extract<Tap, { uid: string }>, 'uid'> | Pick<Extract<Tap, { sun: object }>, 'sun'>): string {
    const stamp = this.firmware.stamp()
    const body = { id: `p${stamp.boot}-${stamp.seq}`, ...stamp, ...what } satisfies Tap
    const position = this.position === undefined ? {} : { position: this.position }
    this.firmware.keep('tap', body.id, { ...body, ...position })
    return body.id
  }
}
