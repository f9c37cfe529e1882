/** What a generation's state means for a person: how far it is, what can be done about it, in which words. */
import type { Generation, Stage, State } from '../api'
import { faultText, format, m } from '../i18n'

const ENDED: readonly State[] = ['done', 'failed', 'canceled']
/** Words of the service for "it is being made"; any other is shown as sent. */
const USUAL = new Set(['', 'processing', 'starting', 'created', 'queued', 'pending', 'running', 'in_queue', 'in_progress', 'completed', 'succeeded', 'success'])

export const ended = (g: Generation): boolean => ENDED.includes(g.state)
/** Under way or waiting for its turn; an uncertain one waits for a person instead. */
export const active = (g: Generation): boolean => !ended(g) && g.state !== 'uncertain'
export const canCancel = (g: Generation): boolean => g.state === 'waiting' || g.state === 'uploading'
/** The service has it: it is billed, but nobody has to wait for it. */
export const canGiveUp = (g: Generation): boolean => g.state === 'processing' || g.state === 'downloading'
/** Done at the service, but its video is not here. */
export const canRetry = (g: Generation): boolean => g.state === 'failed' && !!g.predictionId && g.fault?.code === 'not_kept'
/** Its prediction may exist and is not known. */
export const canResolve = (g: Generation): boolean => g.state === 'uncertain' || g.state === 'canceled' && g.fault?.rule === 'set_aside'
export const canTakeUp = (g: Generation): boolean =>
  canRetry(g) || !!g.predictionId && (g.state === 'canceled' || g.state === 'failed' && g.fault?.rule === 'run_vanished')
/** Failed for good: only another run, made of the same form, can bring the video. */
export const canTryAgain = (g: Generation): boolean => g.state === 'failed' && !canTakeUp(g)
/** It can't go on now; the fault says why, and what ends the wait can be tried at once. */
export const held = (g: Generation): boolean => active(g) && g.fault !== undefined && g.fault !== null

export const promptOfRun = (g: Generation): string => String(g.request.params.prompt ?? '')

/** Seconds since the service took it; how long it took once it settled. */
export function elapsed(g: Generation, now: number): number {
  const until = g.completedAt || g.endedAt || now
  return Math.max(0, (until - (g.submittedAt || g.createdAt)) / 1000)
}

/** How often runs are to be drawn anew, ms: each second while one counts them, each minute for their age; 0 without any. */
export function pulse(all: readonly Generation[], now: number): number {
  if (all.some((g) => active(g) || now - g.createdAt < 60_000)) return 1000
  return all.length > 0 ? 60_000 : 0
}

/** How full the bar is, 0 to 1; null when nothing is known. An estimate that has passed never fills it. */
export function progressOf(g: Generation, stage: Stage | undefined, now: number): number | null {
  if (stage?.state !== g.state) return null
  if (g.state === 'processing') {
    if (!stage.estimate) return null
    const share = elapsed(g, now) / stage.estimate
    return share < 0.9 ? share : 0.9 + 0.09 * (1 - Math.exp((0.9 - share) * 2))
  }
  return stage.total > 0 ? Math.min(1, stage.sent / stage.total) : null
}

/** The stage in one word or two. */
export function stageName(state: State): string {
  switch (state) {
    case 'waiting': return m.queue_waiting()
    case 'uploading': return m.queue_uploading()
    case 'submitting': return m.queue_submitting()
    case 'uncertain': return m.queue_uncertain()
    case 'processing': return m.queue_processing()
    case 'downloading': return m.queue_downloading()
    case 'done': return m.queue_done()
    case 'failed': return m.queue_failed()
    case 'canceled': return m.queue_canceled()
    default: return state
  }
}

function transfer(stage: Stage): string[] {
  const parts: string[] = []
  if (stage.sent > 0 || stage.total > 0) {
    parts.push(stage.total > 0 ? m.queue_bytes_of({ sent: format.bytes(stage.sent), total: format.bytes(stage.total) }) : format.bytes(stage.sent))
  }
  if (stage.rate > 0) parts.push(format.rate(stage.rate))
  if (stage.left > 0) parts.push(m.queue_left({ time: roughly(stage.left) }))
  return parts
}

const roughly = (s: number): string => (s < 100 ? format.seconds(Math.ceil(s)) : format.clock(s))

/** The figures beside the stage's name. */
export function stageFigures(g: Generation, stage: Stage | undefined, now: number): string[] {
  const current = stage?.state === g.state ? stage : undefined
  switch (g.state) {
    case 'uploading':
    case 'downloading':
      return current ? transfer(current) : []
    case 'processing': {
      const parts = [format.clock(elapsed(g, now))]
      const left = (current?.estimate ?? 0) - elapsed(g, now)
      if (left > 0) parts.push(m.queue_left({ time: roughly(Math.ceil(left)) }))
      if (!USUAL.has((g.serviceStatus ?? '').toLowerCase())) parts.push(m.queue_status({ status: g.serviceStatus! }))
      return parts
    }
    case 'done':
      return [costOf(g)].filter((c) => c !== undefined)
    default:
      return []
  }
}

/** What has a price: a run, a video or a submit, with the service it is of, for one of the demonstration costs nothing. */
interface Priced {
  service: string
  price?: Generation['price'] | null
  charged?: number
  cost?: number
}
const isFree = (of: Priced): boolean => of.service === 'demo'
const chargedOf = (of: Priced): number | undefined => of.charged ?? of.cost ?? undefined

/** What it cost, named for what it is: charged before quoted before about. */
export const costOf = (of: Priced): string | undefined => (isFree(of) ? m.player_demo() : chargeOf(of) ?? priceOf(of))

/** What the service says it charged. */
export function chargeOf(of: Priced): string | undefined {
  const amount = chargedOf(of)
  if (amount === undefined) return undefined
  return isFree(of) ? m.player_demo() : m.queue_charged({ amount: format.money(amount) })
}

/** What it was to cost. */
export function priceOf(of: Priced): string | undefined {
  if (!of.price) return undefined
  if (isFree(of)) return m.player_demo()
  const amount = format.money(of.price.amount)
  return of.price.source === 'quote' ? m.queue_quoted({ amount }) : m.queue_listed({ amount })
}

/** What it was to cost, in as few signs as a button has room for. */
export function shortPrice(of: Priced): string | undefined {
  if (!of.price) return undefined
  if (isFree(of)) return m.player_demo()
  const amount = format.money(of.price.amount)
  return of.price.source === 'quote' ? amount : m.queue_listed({ amount })
}

/** What was charged, in as few signs as a column has room for. */
export function shortCharge(of: Priced): string | undefined {
  const amount = chargedOf(of)
  if (amount === undefined) return undefined
  return isFree(of) ? m.player_demo() : format.money(amount)
}

const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path

/** The sentence beneath, where one is due. */
export function sentenceOf(g: Generation): string | undefined {
  if (g.state === 'uncertain') return m.queue_uncertain_text({ time: format.dateTime(g.submittedAt || g.createdAt) })
  if (g.state === 'failed') return g.fault ? faultText(g.fault) : m.queue_failed_text()
  if (g.state === 'done' && g.files?.length) return g.files.map((f) => m.queue_kept_file({ name: fileName(f.path) })).join(' ')
  if (g.state === 'canceled') return faultText(g.fault ?? { rule: 'canceled' })
  return held(g) ? faultText(g.fault!) : undefined
}
