import { seeded } from '../../firmware-sim/random.ts'
import { WrittenTag } from '../../firmware-sim/tag/written.ts'
import type { County } from './county.ts'

type Id = { id: string }

/** What is printed for a tag, written into a chip. */
export interface Printed {
  keys: { metaRead: string; fileRead: string }
  template: { ndef: string; fileSettings: string }
}

export function chipOf(uid: string, { keys, template }: Printed): WrittenTag {
  const inside = { meta: Buffer.from(keys.metaRead, 'hex'), file: Buffer.from(keys.fileRead, 'hex') }
  return new WrittenTag(
    uid,
    { keys: inside, ndef: template.ndef, settings: template.fileSettings },
    seeded(1, 'at the door'),
  )
}

/** A tag that is registered, written with what the page prints, and hung inside the door: the address of its next tap. */
export async function tagAtDoor(as: County['as'], homeId: string): Promise<() => string> {
  const uid = '04A1B2C3D4E5F0'
  const added = await as<{ items: (Id & { uid: string })[] }>('POST', `/api/homes/${homeId}/tags`, { uid })
  const tag = added.items.find((each) => each.uid === uid)
  const chip = chipOf(uid, await as<Printed>('POST', `/api/tags/${tag?.id}/writing`, { kind: 'hidden' }))
  return () => new URL(chip.tap()).search
}
