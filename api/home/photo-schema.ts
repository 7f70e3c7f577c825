import { Type, type Static } from 'typebox'
import { CAPTION_LENGTH_AT_MOST, PHOTO_BYTES_AT_MOST } from '@anju/domain/home/photo'
import { Instant, Nullable, Person, Uuid } from '../schema.ts'

/** Four characters carry three bytes. */
export const BASE64_AT_MOST = Math.ceil(PHOTO_BYTES_AT_MOST / 3) * 4

export const HomePhoto = Type.Object({
  id: Uuid,
  caption: Type.String(),
  addedAt: Instant,
  addedBy: Nullable(Person),
})
export type HomePhoto = Static<typeof HomePhoto>
export const HomePhotos = Type.Object({ items: Type.Array(HomePhoto) })
export type HomePhotos = Static<typeof HomePhotos>

export const NewPhoto = Type.Object(
  {
    data: Type.String({ minLength: 4, maxLength: BASE64_AT_MOST, description: 'JPEG, PNG or WebP, in base64' }),
    caption: Type.Optional(Type.String({ maxLength: CAPTION_LENGTH_AT_MOST })),
  },
  { additionalProperties: false },
)
