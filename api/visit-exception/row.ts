import { SEVERITIES, type Severity } from '@anju/domain/visit/check/finding'
import { EXCEPTION_STATES, type ExceptionState } from '@anju/domain/visit/exception'
import type { Prisma } from '@anju/prisma/generated/client'
import { objectOf } from '../visit/row.ts'
import type { ExceptionDetail, ExceptionRow } from './schema.ts'

interface Person {
  id: string
  name: string
}

interface Decided {
  decision: string | null
  decidedBy: Person | null
  decidedAt: Date | null
  reasonCode: string | null
  note: string
}

interface Found {
  id: string
  rule: string
  version: number
  severity: string
  findings: Prisma.JsonValue
  state: string
  foundAt: Date
}

/** What a rule found, wherever it is shown. */
export function foundOf(row: Found) {
  return {
    id: row.id,
    rule: row.rule,
    ruleVersion: row.version,
    severity: severityOf(row.severity),
    cases: casesOf(row.findings),
    state: stateOf(row.state),
    foundAt: row.foundAt.toISOString(),
  }
}

interface Answered extends Decided {
  dispute: string
  disputedBy: Person | null
  disputedAt: Date | null
}

/** What people said to it: a decision, and its caregiver's own word. */
export function answersOf(row: Answered): Pick<ExceptionDetail, 'decided' | 'dispute'> {
  const { dispute: text, disputedBy: by, disputedAt } = row
  return {
    decided: row.decision === null ? null : decisionOf(row),
    dispute: disputedAt === null ? null : { text, by, at: disputedAt.toISOString() },
  }
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
