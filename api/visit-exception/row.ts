import { SEVERITIES, type Severity } from '@anju/domain/visit/check/finding'
import { EXCEPTION_STATES, type ExceptionState } from '@anju/domain/visit/exception'
import type { Prisma } from '@anju/prisma/generated/client'
import { objectOf } from '../visit/row.ts'
import type { ExceptionRow } from './schema.ts'

interface Decided {
  decision: string | null
  decidedBy: { id: string; name: string } | null
  decidedAt: Date | null
  reasonCode: string | null
  note: string
}

export const decisionOf = ({ decision, decidedBy, decidedAt, reasonCode, note }: Decided) => ({
  decision: decision ?? '',
  by: decidedBy,
  at: decidedAt?.toISOString() ?? null,
  reasonCode,
  note,
})
export const severityOf = (text: string): Severity => SEVERITIES.find((severity) => severity === text) ?? 'warning'
export const stateOf = (text: string): ExceptionState => EXCEPTION_STATES.find((state) => state === text) ?? 'open'

export function casesOf(findings: Prisma.JsonValue): ExceptionRow['cases'] {
  return (Array.isArray(findings) ? findings : []).map((one) =>
    Object.fromEntries(
      Object.entries(objectOf(one)).flatMap(([name, value]) =>
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
          ? [[name, value]]
          : [],
      ),
    ),
  )
}
