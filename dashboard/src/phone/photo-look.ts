import { LOOK_COLUMNS, LOOK_ROWS, lookOf } from '@anju/domain/visit/look'

/** What a photograph looks like, as 16 hex digits; null: this browser cannot say. */
export async function lookOfPhoto(file: Blob): Promise<string | null> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (!bitmap) return null
  const canvas = document.createElement('canvas')
  canvas.width = LOOK_COLUMNS
  canvas.height = LOOK_ROWS
  const drawing = canvas.getContext('2d')
  if (drawing === null) return null
  drawing.imageSmoothingQuality = 'high'
  drawing.drawImage(bitmap, 0, 0, LOOK_COLUMNS, LOOK_ROWS)
  bitmap.close()
  const { data } = drawing.getImageData(0, 0, LOOK_COLUMNS, LOOK_ROWS)
  // brightness as the eye weighs it (Rec. 601)
  const grey = Array.from({ length: LOOK_COLUMNS * LOOK_ROWS }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(i * 4, i * 4 + 3)
    return 0.299 * red + 0.587 * green + 0.114 * blue
  })
  return [...lookOf(grey)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
