import { PHOTO_BYTES_AT_MOST } from '@anju/domain/home/photo'

/** Wide enough to read a house number, small enough for a village's line. */
const EDGE_PX = 1600
const QUALITIES = [0.82, 0.65, 0.5]

/**
 * A photograph made small by this browser, as base64 of a JPEG. Drawing it anew leaves behind what a camera writes
 * beside the picture: where it was taken, and when. null: the browser cannot read it.
 */
export async function downscaled(file: Blob): Promise<string | null> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (!bitmap) return null
  const scale = Math.min(1, EDGE_PX / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((made) => canvas.toBlob(made, 'image/jpeg', quality))
    if (blob && blob.size <= PHOTO_BYTES_AT_MOST) return base64(blob)
  }
  return null
}

/** The bytes of a file as base64. */
export async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  const CHUNK = 0x8000 // as many arguments as every engine takes
  let text = ''
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK))
  return btoa(text)
}
