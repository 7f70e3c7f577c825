import { readTag, type TagInside } from '../../domain/proof/tag.fixture.ts'
import type { County } from './county.ts'

type Id = { id: string }

/** A tag that is registered, written with what the page prints, and hung inside the door: the address of its next tap. */
export async function tagAtDoor(as: County['as'], homeId: string): Promise<() => string> {
  const uid = '04A1B2C3D4E5F0'
  const added = await as<{ items: (Id & { uid: string })[] }>('POST', `/api/homes/${homeId}/tags`, { uid })
  const tag = added.items.find((each) => each.uid === uid)
  const writing = await as<{
    keys: { metaRead: string; fileRead: string }
    template: { ndef: string; fileSettings: string }
  }>('POST', `/api/tags/${tag?.id}/writing`, { kind: 'hidden' })
  const [metaRead, fileRead, ndef, settings] = [
    writing.keys.metaRead,
    writing.keys.fileRead,
    writing.template.ndef,
    writing.template.fileSettings,
  ].map((hex) => Buffer.from(hex, 'hex'))
  if (!metaRead || !fileRead || !ndef || !settings) throw new Error('the page prints all four')
  const inside: TagInside = { uid, counter: 0, metaRead, fileRead, random: Buffer.alloc(5, 7), wire: 'CC' }
  return () => {
    inside.counter++
    const file = readTag(inside, ndef, settings)
    return new URL(`http://${file.slice(7)}`).search
  }
}
