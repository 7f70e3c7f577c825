import { expect } from 'vitest'
import type { TagKind } from '@anju/domain/proof/our-tags'
import { readTag, type TagInside } from '../../domain/proof/tag.fixture.ts'
import type { Client } from './api.fixture.ts'

export interface Door {
  id: string
  inside: TagInside
  /** The address a phone opens at the next tap. */
  tap(): string
}

/** A tag that is registered, written with what the page prints, and hung inside the door. */
export async function tagAtDoor(client: Client, homeId: string, uid: string, kind: TagKind = 'hidden'): Promise<Door> {
  const added = await client.post(`/api/homes/${homeId}/tags`, { uid, label: '门内' })
  expect(added.status).toBe(201)
  const { id } = added.body.items.find((tag: { uid: string }) => tag.uid === uid)
  return written(client, id, uid, kind)
}

/** What the page prints, inside a chip. */
export async function written(client: Client, id: string, uid: string, kind: TagKind = 'hidden'): Promise<Door> {
  const { status, body } = await client.post(`/api/tags/${id}/writing`, { kind })
  expect([status, body.code]).toEqual([200, undefined])
  const inside: TagInside = {
    uid,
    counter: 0,
    metaRead: Buffer.from(body.keys.metaRead, 'hex'),
    fileRead: Buffer.from(body.keys.fileRead, 'hex'),
    random: Buffer.alloc(5, 7),
    wire: 'CC',
  }
  const [ndef, settings] = [body.template.ndef, body.template.fileSettings].map((hex: string) =>
    Buffer.from(hex, 'hex'),
  )
  return {
    id,
    inside,
    tap: () => {
      inside.counter++
      return addressIn(readTag(inside, ndef!, settings!))
    },
  }
}

/** The URI record's text, its beginning written as one byte (NFC Forum RTD URI). */
const addressIn = (file: string): string => `${file.charCodeAt(6) === 4 ? 'https://' : 'http://'}${file.slice(7)}`
