import { asMgPerDl } from '../gatt.ts'
import type { MeterKind, Value } from '../meter.ts'
import { type Random, seeded } from '../random.ts'
import { coldness, dayMs, dayNumber, dayOf, festival, minuteMs, minuteOfDay } from './calendar.ts'
import type { Person } from './person.ts'

/**
 * Simple models that give numbers the shape of life, not of medicine: what is measured follows from the person, the
 * instant and a little noise. Results stay within what a body at home can show.
 */
const epoch = Date.UTC(2026, 0, 1)
const bounds = {
  systolic: [82, 218],
  diastolic: [44, 128],
  pulse: [42, 138],
  glucose: [2.6, 26],
  weight: [34, 110],
  spo2: [80, 100],
  temperature: [35.2, 39.8],
} as const

function held(what: keyof typeof bounds, value: number): number {
  const [low, high] = bounds[what]
  return Math.min(high, Math.max(low, value))
}

/** Roughly normal with deviation 1. */
function noise(random: Random): number {
  return random.next() + random.next() + random.next() + random.next() + random.next() + random.next() - 3
}

/** How deep a person is in an illness of `days` days that comes about once in `everyDays`: 0 to 1. */
function illness(person: Person, what: string, atMs: number, everyDays: number, days: number): number {
  const span = Math.floor(dayNumber(dayOf(atMs)) / everyDays)
  const random = seeded(person.seed, `${person.name}/${what}/${span}`)
  const begins = random.between(0, everyDays - days)
  const into = (atMs - dayOf(atMs)) / dayMs + dayNumber(dayOf(atMs)) - span * everyDays - begins
  return into < 0 || into > days || random.next() < 0.4 ? 0 : Math.sin((Math.PI * into) / days)
}

/** Whether that morning's medicine was taken. */
export function medicated(person: Person, day: number): boolean {
  const random = seeded(person.seed, `${person.name}/medicine/${dayNumber(day)}`)
  return random.next() < person.habits.adherence
}

/** Circadian: a dip at night, a surge after waking, a small rise before supper; higher in winter, with salt, untreated. */
export function pressureAt(person: Person, atMs: number, random: Random, moved = false): Value {
  const day = dayOf(atMs)
  const minute = minuteOfDay(atMs)
  const surge = 9 * Math.exp(-(((minute - person.habits.wakesMin - 75) / 80) ** 2))
  const evening = 4 * Math.exp(-(((minute - 17 * 60) / 120) ** 2))
  const night = minute < person.habits.wakesMin - 30 || minute > person.habits.sleepsMin + 60 ? -13 : 0
  const season = 6 * coldness(day)
  const untreated = person.conditions.has('hypertension') && !medicated(person, day) ? 11 : 0
  const feast = festival(day) === undefined ? 0 : 4
  const years = (atMs - epoch) / (365.25 * dayMs)
  const shift = surge + evening + night + season + untreated + feast + person.body.pressureTrend * years
  const systolic = held('systolic', person.body.systolic + shift + 5 * noise(random) + (moved ? 16 : 0))
  const low = person.body.diastolic + 0.45 * shift + 3.5 * noise(random) + (moved ? 9 : 0)
  const diastolic = Math.min(held('diastolic', low), systolic - 22)
  const fever = illness(person, 'cold', atMs, 120, 4)
  const pulse = held('pulse', person.body.pulse + 0.12 * shift + 14 * fever + 3.5 * noise(random))
  const irregular = person.conditions.has('heart-failure') ? random.next() < 0.25 : random.next() < 0.02
  return {
    kind: 'blood-pressure',
    systolic: Math.round(systolic),
    diastolic: Math.round(diastolic),
    unit: 'mmHg',
    pulse: Math.round(pulse),
    ...(irregular ? { irregular } : {}),
    ...(moved ? { motion: true } : {}),
  }
}

const mealMinutes = ({ habits }: Person): number[] => [habits.breakfastMin, habits.lunchMin, habits.supperMin]

/** A rise after each meal that fades over hours; slower and higher with diabetes, higher still at a feast. */
export function glucoseAt(person: Person, atMs: number, random: Random, unit: 'mmol/L' | 'mg/dL' = 'mmol/L'): Value {
  const minute = minuteOfDay(atMs)
  const diabetic = person.conditions.has('diabetes')
  const [height, peakMin] = diabetic ? [4.6, 80] : [1.9, 45]
  const feast = festival(dayOf(atMs)) === undefined ? 1 : 1.35
  const since = mealMinutes(person).map((meal) => minute - meal)
  const risen = since
    .filter((min) => min > 0)
    .map((min) => height * feast * (min / peakMin) * Math.exp(1 - min / peakMin))
  const level = person.body.glucose + risen.reduce((sum, rise) => sum + rise, 0) + 0.45 * noise(random)
  const mmol = Math.round(held('glucose', level) * 10) / 10
  const value = unit === 'mmol/L' ? mmol : asMgPerDl(mmol)
  return { kind: 'glucose', value, unit, meal: mealOf(since) }
}

function mealOf(sinceMin: number[]): 'fasting' | 'before-meal' | 'after-meal' | 'random' {
  if (sinceMin.every((min) => min < 0)) return 'fasting'
  if (sinceMin.some((min) => min >= 0 && min <= 150)) return 'after-meal'
  return sinceMin.some((min) => min < 0 && min >= -45) ? 'before-meal' : 'random'
}

/** Drifts over years, a little more in winter; water in the legs comes and goes with heart failure. */
export function weightAt(person: Person, atMs: number, random: Random): Value {
  const years = (atMs - epoch) / (365.25 * dayMs)
  const water = person.conditions.has('heart-failure') ? 3.2 * illness(person, 'water', atMs, 45, 12) : 0
  const feasted = festival(dayOf(atMs)) === undefined ? 0 : 0.6
  const drift = person.body.weightTrend * Math.max(-8, Math.min(8, years))
  const value = person.body.weightKg + drift + 0.7 * coldness(dayOf(atMs)) + water + feasted + 0.25 * noise(random)
  return { kind: 'weight', value: Math.round(held('weight', value) * 10) / 10, unit: 'kg' }
}

/** Lower at night and in a winter's bronchitis, the more so with COPD. */
export function spo2At(person: Person, atMs: number, random: Random): Value {
  const copd = person.conditions.has('copd')
  const minute = minuteOfDay(atMs)
  const night = minute < person.habits.wakesMin || minute > person.habits.sleepsMin ? (copd ? -2.2 : -0.8) : 0
  const sick = illness(person, 'bronchitis', atMs, 75, 8) * (copd ? 5 : 1.5) * (1 + 0.4 * coldness(dayOf(atMs)))
  const value = held('spo2', person.body.spo2 + night - sick + 0.7 * noise(random))
  const pulse = held('pulse', person.body.pulse + sick * 3 + 3 * noise(random))
  return { kind: 'spo2', value: Math.round(value), pulse: Math.round(pulse) }
}

/** Lowest before dawn, highest in the late afternoon; a cold now and then. */
export function temperatureAt(person: Person, atMs: number, random: Random): Value {
  const circadian = 0.3 * Math.sin((2 * Math.PI * (minuteOfDay(atMs) - 10 * 60)) / (24 * 60))
  const fever = 2.1 * illness(person, 'cold', atMs, 120, 4)
  const value = held('temperature', 36.3 + circadian + fever + 0.12 * noise(random))
  return { kind: 'temperature', value: Math.round(value * 10) / 10, unit: 'Cel' }
}

/** Two minutes of sitting still: the second of two measurements is mostly lower. */
export function calmer(value: Value, random: Random): Value {
  if (value.kind !== 'blood-pressure') return value
  const { motion: _, ...calm } = value
  const systolic = Math.round(held('systolic', value.systolic - (value.motion ? 16 : 4) - random.between(0, 6)))
  return { ...calm, systolic, diastolic: Math.min(value.diastolic, systolic - 22) }
}

export const calmMs = 2 * minuteMs

/** What the meter of a kind shows of this person now. */
export function measured(kind: MeterKind, person: Person, atMs: number, random: Random): Value {
  switch (kind) {
    case 'bp-meter':
      return pressureAt(person, atMs, random)
    case 'glucose-meter':
      return glucoseAt(person, atMs, random)
    case 'oximeter':
      return spo2At(person, atMs, random)
    case 'scale':
      return weightAt(person, atMs, random)
    case 'thermometer':
      return temperatureAt(person, atMs, random)
  }
}
