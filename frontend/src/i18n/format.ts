/** Numbers, money, sizes, times and dates in the language in use. */
import { locale } from './locale.svelte'

const cache = new Map<string, unknown>()

function formatter<T>(kind: string, make: (locale: string) => T): T {
  const key = `${locale.current}/${kind}`
  let made = cache.get(key) as T | undefined
  if (!made) cache.set(key, (made = make(locale.current)))
  return made
}

export const number = (value: number, digits = 0): string =>
  formatter(`number${digits}`, (l) => new Intl.NumberFormat(l, { maximumFractionDigits: digits })).format(value)

export const percent = (share: number): string =>
  formatter('percent', (l) => new Intl.NumberFormat(l, { style: 'percent' })).format(share)

/** Millionths of a US dollar: "$0.23", with more digits only where cents would say zero. */
export function money(micros: number): string {
  const dollars = micros / 1e6
  const digits = dollars !== 0 && Math.abs(dollars) < 0.01 ? 4 : 2
  return formatter(`money${digits}`, (l) => new Intl.NumberFormat(l, {
    style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', minimumFractionDigits: 2, maximumFractionDigits: digits,
  })).format(dollars)
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** "3.4 MB"; decimal units, as file managers show them. */
export function bytes(value: number): string {
  const step = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3))
  const scaled = value / 1000 ** step
  const digits = step > 0 && scaled < 10 ? 1 : 0
  return formatter(`bytes${step}.${digits}`, (l) => new Intl.NumberFormat(l, {
    style: 'unit', unit: units[step], unitDisplay: step === 0 ? 'long' : 'short', maximumFractionDigits: digits,
  })).format(scaled)
}

export const rate = (perSecond: number): string => `${bytes(perSecond)}/s`

/** "6 s" in the language's short form. */
export const seconds = (value: number, digits = 0): string =>
  formatter(`seconds${digits}`, (l) => new Intl.NumberFormat(l, {
    style: 'unit', unit: 'second', unitDisplay: 'short', maximumFractionDigits: digits,
  })).format(value)

/** A clock for running time: "0:07", "12:30", "1:02:03". */
export function clock(totalSeconds: number): string {
  const whole = Math.max(0, Math.floor(totalSeconds))
  const h = Math.floor(whole / 3600)
  const mm = Math.floor((whole % 3600) / 60)
  const ss = String(whole % 60).padStart(2, '0')
  return h > 0 ? `${h}:${String(mm).padStart(2, '0')}:${ss}` : `${mm}:${ss}`
}

/** A place in a video to the frame: "0:03:12" is the frame 12 of the fourth second; without a frame rate as a clock. */
export function timecode(seconds: number, frameRate: number): string {
  const rate = Math.round(frameRate)
  if (rate < 2) return clock(seconds)
  const frame = Math.max(0, Math.floor(seconds * frameRate + 1e-3)) // a frame begins a moment before a rounded time says
  return `${clock(Math.floor(frame / rate))}:${String(frame % rate).padStart(2, '0')}`
}

export const date = (ms: number): string =>
  formatter('date', (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium' })).format(ms)

export const dateTime = (ms: number): string =>
  formatter('dateTime', (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium', timeStyle: 'short' })).format(ms)

export const time = (ms: number): string =>
  formatter('time', (l) => new Intl.DateTimeFormat(l, { timeStyle: 'short' })).format(ms)

/** With seconds: for what happens soon. */
export const exactTime = (ms: number): string =>
  formatter('exactTime', (l) => new Intl.DateTimeFormat(l, { timeStyle: 'medium' })).format(ms)

/** Of a local day, 2026-11-24: "Tuesday, November 24, 2026"; of a month, 2026-11: "November 2026". */
export function day(name: string): string {
  const [year = 0, month = 1, date = 0] = name.split('-').map(Number)
  const at = new Date(year, month - 1, date || 1).getTime()
  return date ? formatter('day', (l) => new Intl.DateTimeFormat(l, { dateStyle: 'full' })).format(at) : formatter('month', (l) => new Intl.DateTimeFormat(l, { month: 'long', year: 'numeric' })).format(at)
}

/** "November 2026" */
export const month = (ms: number): string =>
  formatter('month', (l) => new Intl.DateTimeFormat(l, { month: 'long', year: 'numeric' })).format(ms)

/** "a, b, and c" */
export const list = (items: readonly string[]): string =>
  formatter('list', (l) => new Intl.ListFormat(l, { type: 'conjunction' })).format(items)

/** "3 minutes ago", "yesterday"; `now` in epoch milliseconds. */
export function ago(ms: number, now: number): string {
  const relative = formatter('ago', (l) => new Intl.RelativeTimeFormat(l, { numeric: 'auto' }))
  const s = Math.min(0, Math.round((ms - now) / 1000)) // a clock that is behind knows no future
  if (Math.abs(s) < 60) return relative.format(s, 'second')
  if (Math.abs(s) < 3600) return relative.format(Math.round(s / 60), 'minute')
  if (Math.abs(s) < 86_400) return relative.format(Math.round(s / 3600), 'hour')
  return relative.format(Math.round(s / 86_400), 'day')
}
