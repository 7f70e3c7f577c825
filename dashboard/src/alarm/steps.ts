import { outcomesOf, type StepKind, type StepOutcome } from '@anju/domain/alarm/step'
import type { EmergencyService } from '@anju/domain/call/call'
import type { AlarmFile } from '../api/shapes.ts'
import type { Messages } from '../messages/zh-CN.ts'

export type AlarmStep = AlarmFile['steps'][number]
type Contact = NonNullable<AlarmFile['elder']>['contacts'][number]

/** Whom or where a step reaches. */
export type Target = {
  key: string
  name: string
  /** Relation or provider, in the file's own words. */
  about: string
  role: Contact['role'] | null
  phone: string
  /** false: no number, or of somebody recorded as deceased. */
  dialable: boolean
  last: Contact['last']
  contactId: string | null
  caregiverId: string | null
  /** The device that is talked through. */
  deviceId: string | null
  deviceKind: AlarmFile['voices'][number]['kind'] | null
  /** What the exchange is told of whom to ring; null: it has no number that the platform knows. */
  ring: Ring | null
  /** Of a caregiver: where the last tap was, and whether they may be sent. */
  near: AlarmFile['caregivers'][number] | null
}
/** Whom an exchange is asked to dial: never a number. */
export type Ring =
  | { elderId: string }
  | { contactId: string }
  | { caregiverId: string }
  | { deviceId: string }
  | { service: EmergencyService }

/** One numbered row of the ladder: a step of the playbook with what was done of it. */
export type StepRow = {
  n: number
  step: StepKind
  script: string
  targets: Target[]
  /** Who is tried next: the first in order who was not tried for this alarm. */
  next: Target | null
  ended: AlarmStep[]
  running: AlarmStep[]
}

const EMERGENCY: Partial<Record<StepKind, EmergencyService>> = { ambulance: '120', police: '110', fire: '119' }

/** Of a village's or a hub's devices nobody in particular is asked; what the county wrote to say there stays. */
const ofNobody = (file: AlarmFile, { step, script }: { step: StepKind; script: string }): boolean =>
  (step === 'speak' || step === 'family') &&
  script === '' &&
  file.elder === null &&
  file.home === null &&
  file.devices.length > 1

/** The ladder of an alarm, numbered from 1 as its playbook has it. Steps begun that the playbook lacks come after. */
export function ladderOf(file: AlarmFile): StepRow[] {
  const planned = file.playbook.steps.filter((one) => !ofNobody(file, one))
  const kinds = new Set(planned.map(({ step }) => step))
  const others = [...new Set(file.steps.map(({ step }) => step))].filter((step) => !kinds.has(step))
  return [...planned, ...others.map((step) => ({ step, script: '' }))].map(({ step, script }, i) => {
    const done = file.steps.filter((one) => one.step === step)
    const targets = targetsOf(file, step)
    return {
      n: i + 1,
      step,
      script,
      targets,
      next: nextOf(targets, done),
      ended: done.filter(({ endedAt }) => endedAt !== null),
      running: done.filter(({ endedAt }) => endedAt === null),
    }
  })
}

function nextOf(targets: readonly Target[], done: readonly AlarmStep[]): Target | null {
  const able = targets.filter(({ dialable }) => dialable)
  return able.find((target) => !done.some((step) => isOf(step, target))) ?? able[0] ?? null
}

/** Whether this step went to this person. */
export function isOf(step: AlarmStep, { contactId, caregiverId, deviceId }: Target): boolean {
  return step.contactId === contactId && step.caregiverId === caregiverId && step.deviceId === deviceId
}

/** Whom a step went to. */
export function targetOf(row: StepRow, step: AlarmStep): Target | null {
  return row.targets.find((target) => isOf(step, target)) ?? null
}

export function targetsOf(file: AlarmFile, step: StepKind): Target[] {
  const number = EMERGENCY[step]
  if (number !== undefined) return [{ ...plain(number, '', number), ring: { service: number } }]
  const { elder } = file
  if (step === 'speak') {
    const own = elder ? [{ ...plain(elder.name, '', elder.phone), ring: { elderId: elder.id } }] : []
    // the device answers by itself, where she may not reach a telephone
    return [...file.voices.map(ofVoice), ...own]
  }
  const contacts = [...(elder?.contacts ?? [])].sort((a, b) => a.rung - b.rung)
  if (step === 'family') return contacts.filter(({ role }) => role === 'family' || role === 'other').map(ofContact)
  if (step === 'caregiver') {
    const sent = file.visit?.caregiver
    return sent
      ? [
          {
            ...plain(sent.name, file.visit?.provider.name ?? '', sent.phone),
            key: sent.id,
            caregiverId: sent.id,
            ring: { caregiverId: sent.id },
          },
        ]
      : []
  }
  if (step === 'provider') return file.visit ? [plain(file.visit.provider.name, '', file.visit.provider.phone)] : []
  if (step !== 'helper' && step !== 'in-person') return []
  const near = contacts.filter(({ role }) => role === 'neighbour' || role === 'cadre' || role === 'doctor')
  return [...near.map(ofContact), ...file.caregivers.map(ofCaregiver)]
}

const plain = (name: string, about: string, phone: string): Target => ({
  key: name,
  name,
  about,
  role: null,
  phone,
  dialable: phone !== '',
  last: null,
  contactId: null,
  caregiverId: null,
  deviceId: null,
  deviceKind: null,
  ring: null,
  near: null,
})

function ofContact({ id, name, relation, role, phone, callable, last }: Contact): Target {
  return {
    ...plain(name, relation, phone),
    key: id,
    role,
    dialable: callable,
    last,
    contactId: id,
    ring: { contactId: id },
  }
}

function ofCaregiver(near: AlarmFile['caregivers'][number]): Target {
  const { id, name, phone, provider } = near
  return { ...plain(name, provider.name, phone), key: id, caregiverId: id, ring: { caregiverId: id }, near }
}

function ofVoice({ deviceId, kind, label, phone }: AlarmFile['voices'][number]): Target {
  return { ...plain(label, '', phone), key: deviceId, deviceId, deviceKind: kind, ring: { deviceId } }
}

/** Who or what a step reaches, in words. */
export function nameOf(m: Messages, { name, deviceKind }: Target): string {
  return deviceKind === null ? name : m.deskwork.step.voice(name || m.devices.kinds[deviceKind])
}

/** Outcomes of a step with the letter that chooses each. */
export function lettered(step: StepKind): { letter: string; outcome: StepOutcome }[] {
  return outcomesOf(step).map((outcome, i) => ({ letter: 'abcdefgh'[i] ?? '', outcome }))
}

/** The step whose outcomes the letters mean: the one chosen while it runs, else the one begun last. */
export function activeOf(rows: readonly StepRow[], chosen: string | null): AlarmStep | null {
  const running = rows.flatMap((row) => row.running)
  running.sort((a, b) => b.begunAt.localeCompare(a.begunAt))
  return running.find(({ id }) => id === chosen) ?? running[0] ?? null
}
