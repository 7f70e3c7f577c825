import { Type, type Static } from 'typebox'
import { tagKinds } from '@anju/domain/proof/our-tags'
import { replacedWhy } from '@anju/domain/proof/replacement'
import { tagStates } from '@anju/domain/proof/tag-state'
import { wireStates } from '@anju/domain/proof/tamper'
import { GRADES } from '@anju/domain/visit/kinds'
import { AreaName, Instant, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'

const strict = { additionalProperties: false }
const Wire = Type.Object({ ever: OneOf(wireStates), now: OneOf(wireStates) })
const Uid = Type.String({ minLength: 1, maxLength: 60, description: 'However it is written; kept as capital hex' })

export const TagQuery = Type.Object({
  ...pageQuery,
  areaId: Type.Optional(Uuid),
  kind: Type.Optional(OneOf(['door', 'badge'] as const)),
  state: Type.Optional(OneOf([...tagStates, 'all'] as const)),
  search: Type.Optional(
    Type.String({ maxLength: 100, description: 'In its number, the address, the caregiver’s name' }),
  ),
})
export const Tag = Type.Object({
  id: Uuid,
  uid: Type.String(),
  kind: OneOf(['door', 'badge'] as const),
  label: Type.String(),
  state: OneOf(tagStates),
  home: Nullable(Type.Object({ id: Uuid, address: Type.String() })),
  caregiver: Nullable(Person),
  area: AreaName,
  template: Nullable(OneOf(tagKinds)),
  counter: Nullable(Type.Integer({ description: 'The highest that was read' })),
  createdAt: Instant,
  madeBy: Nullable(Person),
  keysShownAt: Nullable(Instant),
  keysShownBy: Nullable(Person),
  firstTapAt: Nullable(Instant),
  lastTapAt: Nullable(Instant),
  lastGrade: Nullable(OneOf(GRADES)),
  wire: Nullable(Wire),
  revokedAt: Nullable(Instant),
  replaces: Nullable(Type.Object({ id: Uuid, uid: Type.String(), why: OneOf(replacedWhy), note: Type.String() })),
  checkedBy: Nullable(Person),
  checkedAt: Nullable(Instant),
  replacedBy: Nullable(Type.Object({ id: Uuid, uid: Type.String() })),
  can: Type.Object({
    write: Type.Boolean(),
    replace: Type.Boolean(),
    confirm: Type.Boolean({ description: 'A second person’s: not whoever registered it' }),
    withdraw: Type.Boolean(),
  }),
})
export type Tag = Static<typeof Tag>
export const TagList = List(Tag)

export const WriteBody = Type.Object({ kind: Type.Optional(OneOf(tagKinds)) }, strict)
export const TagWriting = Type.Object({
  uid: Type.String(),
  kind: OneOf(tagKinds),
  keys: Type.Object({ master: Type.String(), fileRead: Type.String(), metaRead: Type.String() }),
  template: Type.Object({
    url: Type.String(),
    ndef: Type.String(),
    offsets: Type.Record(Type.String(), Type.Integer()),
    fileSettings: Type.String(),
  }),
})
export type TagWriting = Static<typeof TagWriting>

export const ReplaceBody = Type.Object(
  {
    uid: Uid,
    label: Type.Optional(Type.String({ maxLength: 100 })),
    why: OneOf(replacedWhy),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
)
export const ConfirmBody = Type.Object({ note: Type.Optional(Type.String({ maxLength: 500 })) }, strict)
export const CheckBody = Type.Object({ url: Type.String({ maxLength: 2048 }) }, strict)
export const CheckedTag = Type.Object({
  tagId: Nullable(Uuid),
  verified: Type.Boolean(),
  code: Nullable(Type.String({ description: 'Why it is not verified: what the reading came to' })),
  counter: Nullable(Type.Integer()),
  tamper: Nullable(Wire),
})
export type CheckedTag = Static<typeof CheckedTag>

export const AreaKey = Type.Object({
  id: Uuid,
  short: Type.String({ description: 'As tags say it in their addresses' }),
  area: AreaName,
  madeAt: Instant,
  madeBy: Nullable(Person),
  retiredAt: Nullable(Instant),
  tags: Type.Integer({ description: 'That hang with it' }),
})
export type AreaKey = Static<typeof AreaKey>
export const AreaKeyList = Type.Object({ items: Type.Array(AreaKey) })
