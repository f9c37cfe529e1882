/** What the charts and tables are made of: the tallies of Go, folded by period, model and outcome. */
import type { Statistics, Tally, Tempo } from '../../api'

/** One colour of a chart; a value for each period, null where there is nothing to say. `key`: the model, the outcome, '' for the others together. */
export interface Series { key: string; values: (number | null)[] }

export const outcomeKeys = ['done', 'open', 'uncertain', 'givenUp', 'failed', 'refused'] as const
export type OutcomeKey = (typeof outcomeKeys)[number]

/** As many models have a colour of their own; the rest share one. */
export const MOST_MODELS = 5
/** Charts draw no more periods than this: a clock that was wrong by ages would make them millions. */
const MOST_PERIODS = 2000

export const runsOf = (t: Tally): number => outcomeKeys.reduce((sum, key) => sum + t[key], 0)

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

/** The first days of all periods, also of those without runs: a chart shows idle days too. */
export function periodsOf({ unit, first, last }: Pick<Statistics, 'unit' | 'first' | 'last'>): string[] {
  const all: string[] = []
  for (let at = new Date(first); all.length < MOST_PERIODS; ) {
    const day = at.toISOString().slice(0, 10) // days are UTC's here: none of them has 23 hours
    if (day > last) break
    all.push(day)
    if (unit === 'month') at.setUTCMonth(at.getUTCMonth() + 1)
    else at.setUTCDate(at.getUTCDate() + (unit === 'week' ? 7 : 1))
  }
  return all
}

const byPeriod = (periods: readonly string[], tallies: readonly Tally[], value: (t: Tally) => number): number[] => {
  const at = new Map(periods.map((period, i) => [period, i]))
  const values = periods.map(() => 0)
  for (const t of tallies) if (at.has(t.period)) values[at.get(t.period)!]! += value(t)
  return values
}

/** The models, those that cost the most first, of equal ones those with the most runs. */
export function modelsOf(tallies: readonly Tally[]): string[] {
  const cost = new Map<string, [spent: number, runs: number]>()
  for (const t of tallies) {
    const [spent, runs] = cost.get(t.model) ?? [0, 0]
    cost.set(t.model, [spent + t.spent, runs + runsOf(t)])
  }
  return [...cost].sort(([a, [spentA, runsA]], [b, [spentB, runsB]]) => spentB - spentA || runsB - runsA || a.localeCompare(b)).map(([model]) => model)
}

/** What each model cost, in dollars: the dearest, by name, so that a model keeps its place and colour in other spans. */
export function spentByModel(periods: readonly string[], tallies: readonly Tally[]): Series[] {
  const models = modelsOf(tallies)
  const shown = (models.length > MOST_MODELS + 1 ? models.slice(0, MOST_MODELS) : models).sort()
  const of = (which: (model: string) => boolean) => byPeriod(periods, tallies.filter((t) => which(t.model)), (t) => t.spent / 1e6)
  const all = shown.map((key): Series => ({ key, values: of((model) => model === key) }))
  return shown.length === models.length ? all : [...all, { key: '', values: of((model) => !shown.includes(model)) }]
}

/** How many runs ended in which way; outcomes that did not happen are left out. */
export const runsByOutcome = (periods: readonly string[], tallies: readonly Tally[]): Series[] =>
  outcomeKeys.map((key): Series => ({ key, values: byPeriod(periods, tallies, (t) => t[key]) })).filter(({ values }) => values.some((n) => n! > 0))

/** Of the runs that the service ended, those that gave a video; null before any. */
export const success = (done: number, failed: number): number | null => (done + failed === 0 ? null : done / (done + failed))

export function successRates(periods: readonly string[], tallies: readonly Tally[]): (number | null)[] {
  const done = byPeriod(periods, tallies, (t) => t.done)
  const failed = byPeriod(periods, tallies, (t) => t.failed)
  return done.map((n, i) => success(n, failed[i]!))
}

/** Each series' upper edge when they stand on one another. */
export function stacked(series: readonly Series[]): number[][] {
  let below: number[] = []
  return series.map(({ values }) => (below = values.map((value, i) => (value ?? 0) + (below[i] ?? 0))))
}

export interface Totals { runs: number; done: number; failed: number; spent: number; about: number; unsure: number; unpriced: number; success: number | null }

export function totalsOf(tallies: readonly Tally[]): Totals {
  const of = (value: (t: Tally) => number) => sum(tallies.map(value))
  const done = of((t) => t.done)
  const failed = of((t) => t.failed)
  return {
    runs: of(runsOf), done, failed, success: success(done, failed),
    spent: of((t) => t.spent), about: of((t) => t.about), unsure: of((t) => t.unsure), unpriced: of((t) => t.unpriced),
  }
}

export interface ModelRow extends Totals { model: string; tempo: Tempo | undefined }

export const modelRows = ({ tallies, tempos }: Statistics): ModelRow[] =>
  modelsOf(tallies).map((model) => ({ model, ...totalsOf(tallies.filter((t) => t.model === model)), tempo: tempos.find((t) => t.model === model) }))

/** Which of so many labels are written beneath an axis that has room for some: evenly, the last one always. */
export function shownLabels(count: number, room: number): number[] {
  const step = Math.max(1, Math.ceil(count / Math.max(1, room)))
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => count - 1 - i * step).reverse()
}
