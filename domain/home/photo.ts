/** What a picture of a gate may be; browsers make it small before they send it. */
export const photoTypes = ['image/jpeg', 'image/webp', 'image/png'] as const
export type PhotoType = (typeof photoTypes)[number]

/** The table's own check is the same. */
export const PHOTO_BYTES_AT_MOST = 2 * 1024 * 1024
/** A gate from the road, the gate, the door, the way between: more would have to be searched. */
export const PHOTOS_AT_MOST = 6
export const CAPTION_LENGTH_AT_MOST = 200

/** What the first bytes say it is; null: none of ours, whatever it is called. */
export function photoTypeOf(bytes: Uint8Array): PhotoType | null {
  const begins = (at: number, ...wanted: number[]): boolean => wanted.every((byte, i) => bytes[at + i] === byte)
  if (begins(0, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (begins(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (begins(0, 0x52, 0x49, 0x46, 0x46) && begins(8, 0x57, 0x45, 0x42, 0x50)) return 'image/webp'
  return null
}
