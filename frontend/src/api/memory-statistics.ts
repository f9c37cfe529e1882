/** What the ledger comes to, folded by day from its rows; Go does it in SQL. */
import type { Entry, Statistics, Tally, Tempo } from './host'

const DAY = 86_400_000
const counters = { done: 'done', failed: 'failed', refused: 'refused', given_up: 'givenUp', uncertain: 'uncertain', sending: 'open', accepted: 'open', adopted: 'open' } as const
const free = ['failed', 'refused']

const local = (ms: number): string => {
  const at = new Date(ms)
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, '0')).join('-')
}

/** By day up to a year, else by month. */
export function statistics(entries: readonly Entry[], days: number, now: number): Statistics {
  const sent = entries.filter((e) => e.outcome !== 'not_sent')
  const oldest = Math.min(now, ...sent.map((e) => e.at))
  const from = days > 0 ? now - (days - 1) * DAY : oldest
  const unit = now - from > 366 * DAY ? 'month' : 'day'
  const periodOf = (ms: number) => (unit === 'month' ? `${local(ms).slice(0, 7)}-01` : local(ms))
  const first = periodOf(from)
  const shown = sent.filter((e) => periodOf(e.at) >= first)
  const tallies = new Map<string, Tally>()
  for (const e of shown) {
    const key = `${periodOf(e.at)} ${e.model}`
    const t = tallies.get(key) ?? { period: periodOf(e.at), model: e.model, done: 0, failed: 0, refused: 0, givenUp: 0, uncertain: 0, open: 0, spent: 0, about: 0, unsure: 0, unpriced: 0 }
    tallies.set(key, t)
    if (e.outcome === 'not_sent') continue
    t[counters[e.outcome]]++
    if (free.includes(e.outcome)) continue
    const amount = e.charged ?? e.price?.amount ?? 0
    t.spent += amount
    if (e.charged === undefined) t.about += amount
    if (e.outcome === 'uncertain') t.unsure += amount
    if (e.charged === undefined && !e.price) t.unpriced++
  }
  const step = 10_000
  const timesOf = (which: (e: Entry) => boolean) => shown.filter((e) => e.outcome === 'done' && which(e)).map((e) => 25_000 + [...e.generationId].reduce((h, c) => (h * 31 + c.charCodeAt(0)) % 9973, 7) ** 2 % 90_000)
  const tempo = (model: string, which: (e: Entry) => boolean): Tempo => {
    const times = timesOf(which).sort((a, b) => a - b)
    const bins = Array.from({ length: 13 }, () => 0)
    for (const ms of times) bins[Math.min(bins.length - 1, Math.floor(ms / step))]!++
    return { model, count: times.length, median: times[Math.ceil(times.length * 0.5) - 1] ?? 0, ninety: times[Math.ceil(times.length * 0.9) - 1] ?? 0, bins }
  }
  const models = [...new Set(shown.map((e) => e.model))]
  return {
    unit, first, last: periodOf(now), step, all: tempo('', () => true),
    tallies: [...tallies.values()].sort((a, b) => a.period.localeCompare(b.period) || a.model.localeCompare(b.model)),
    tempos: models.map((model) => tempo(model, (e) => e.model === model)).filter((t) => t.count > 0).sort((a, b) => b.count - a.count),
  }
}
