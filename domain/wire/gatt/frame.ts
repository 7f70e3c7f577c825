/** Reads a characteristic's fields one after another; Bluetooth is little-endian unless said otherwise. */
export class Frame {
  readonly #view: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  uint16(bigEndian = false): number {
    return this.#view.getUint16(this.#advance(2), !bigEndian)
  }

  int16(): number {
    return this.#view.getInt16(this.#advance(2), true)
  }

  #advance(length: number): number {
    const at = this.#offset
    this.#offset += length
    return at
  }
}
