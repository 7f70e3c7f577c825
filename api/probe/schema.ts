import { PROBE_VERDICTS } from '@anju/domain/probe/verdict'
import { Type, type Static } from 'typebox'
import { AreaName, Instant, List, Nullable, OneOf, pageQuery, Uuid } from '../schema.ts'

export const Probe = Type.Object({
  id: Uuid,
  area: AreaName,
  pressedAt: Instant,
  acknowledgedAt: Nullable(Type.String({ format: 'date-time', description: 'The broker said that it is stored' })),
  shownAt: Nullable(Type.String({ format: 'date-time', description: 'A desk first painted it' })),
  seconds: Nullable(Type.Number({ description: 'From the press until a desk showed it' })),
  verdict: Nullable(OneOf(PROBE_VERDICTS)),
})
export type Probe = Static<typeof Probe>

const Seconds = Nullable(Type.Number())
const Spread = Type.Object({ n: Type.Integer(), p50: Seconds, p90: Seconds, p99: Seconds, max: Seconds })
export const ProbeFigures = Type.Object({
  from: Instant,
  to: Instant,
  stored: Type.Object({ ...Spread.properties }, { description: 'Seconds from the press to the PUBACK' }),
  shown: Type.Object({ ...Spread.properties }, { description: 'Seconds from the press until a desk showed it' }),
  verdicts: Type.Record(Type.String(), Type.Integer()),
})
export type ProbeFigures = Static<typeof ProbeFigures>

export const ProbeList = Type.Object({ ...List(Probe).properties, figures: ProbeFigures })

export const ProbeQuery = Type.Object({
  ...pageQuery,
  from: Type.Optional(Type.String({ format: 'date-time', description: 'A day ago, if not given' })),
  to: Type.Optional(Instant),
})
