import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Statistics, Tally } from '../../api'
import { locale, locales } from '../../i18n'
import { modelRows, modelsOf, MOST_MODELS, outcomeKeys, periodsOf, runsByOutcome, runsOf, shownLabels, spentByModel, stacked, success, successRates, totalsOf } from './fold'
import { longLabels, money, outcomeColour, outcomeName, shortLabels, took } from './labels'
import { marks } from './scale'

const tally = (period: string, model: string, rest: Partial<Tally> = {}): Tally =>
  ({ period, model, done: 0, failed: 0, refused: 0, givenUp: 0, uncertain: 0, open: 0, spent: 0, about: 0, unsure: 0, unpriced: 0, ...rest })

describe('the periods', () => {
  it.each([
    ['day', '2026-10-24', '2026-10-27', ['2026-10-24', '2026-10-25', '2026-10-26', '2026-10-27']], // one of them has 25 hours in Berlin
    ['day', '2024-02-28', '2024-03-01', ['2024-02-28', '2024-02-29', '2024-03-01']],
    ['week', '2026-12-21', '2027-01-04', ['2026-12-21', '2026-12-28', '2027-01-04']],
    ['month', '2026-11-01', '2027-01-01', ['2026-11-01', '2026-12-01', '2027-01-01']],
    ['day', '2026-11-25', '2026-11-25', ['2026-11-25']],
  ] as const)('of %s from %s to %s are all there, idle ones too', (unit, first, last, want) => expect(periodsOf({ unit, first, last })).toEqual(want))

  it('end somewhere, whatever the clock said', () => expect(periodsOf({ unit: 'day', first: '1970-01-01', last: '9999-01-01' })).toHaveLength(2000))
})

describe('the folds', () => {
  const days = ['2026-11-23', '2026-11-24', '2026-11-25']
  const some = [
    tally('2026-11-23', 'a', { done: 3, failed: 1, spent: 690_000, about: 230_000 }),
    tally('2026-11-25', 'a', { refused: 2, givenUp: 1, uncertain: 1, open: 1, spent: 460_000, unsure: 230_000, unpriced: 1 }),
    tally('2026-11-25', 'b', { done: 1, spent: 2_000_000 }),
    tally('2026-11-22', 'b', { done: 9, spent: 9_000_000 }), // beyond the periods
  ]

  it('sum by model, in dollars', () => {
    expect(spentByModel(days, some)).toEqual([{ key: 'a', values: [0.69, 0, 0.46] }, { key: 'b', values: [0, 0, 2] }])
  })

  it('put the models that cost the least together, but never a single one', () => {
    const many = Array.from({ length: MOST_MODELS + 3 }, (_, i) => tally(days[0]!, `m${i}`, { done: 1, spent: (10 + i) * 1e6 }))
    const series = spentByModel(days, many)
    expect(series.map((s) => s.key)).toEqual(['m3', 'm4', 'm5', 'm6', 'm7', ''])
    expect(series.at(-1)!.values[0]).toBe(10 + 11 + 12)
    expect(spentByModel(days, many.slice(0, MOST_MODELS + 1)).map((s) => s.key)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5'])
  })

  it('order models that cost the same by runs, then by name', () => {
    expect(modelsOf([tally(days[0]!, 'z', { done: 1 }), tally(days[0]!, 'y', { failed: 2 }), tally(days[0]!, 'x', { done: 1 })])).toEqual(['y', 'x', 'z'])
  })

  it('count by outcome and leave out what did not happen', () => {
    expect(runsByOutcome(days, some).map((s) => [s.key, ...s.values])).toEqual([
      ['done', 3, 0, 1], ['open', 0, 0, 1], ['uncertain', 0, 0, 1], ['givenUp', 0, 0, 1], ['failed', 1, 0, 0], ['refused', 0, 0, 2],
    ])
    expect(runsByOutcome(days, some.slice(0, 1)).map((s) => s.key)).toEqual(['done', 'failed'])
  })

  it('rate success by what ended at the service alone', () => {
    expect(successRates(days, some)).toEqual([0.75, null, 1])
    expect([success(0, 0), success(0, 2), success(3, 0)]).toEqual([null, 0, 1])
    expect(totalsOf(some)).toMatchObject({ runs: 19, done: 13, failed: 1, success: 13 / 14, spent: 12_150_000, about: 230_000, unsure: 230_000, unpriced: 1 })
    expect(totalsOf([])).toMatchObject({ runs: 0, success: null, spent: 0 })
  })

  it('stand series on one another', () => {
    expect(stacked([{ key: 'a', values: [1, 0, null] }, { key: 'b', values: [2, 3, 0] }])).toEqual([[1, 0, 0], [3, 3, 0]])
    expect(stacked([])).toEqual([])
  })

  it('give each model its sums and its times', () => {
    const tempo = { model: 'b', count: 1, median: 40_000, ninety: 40_000, bins: [1] }
    const all: Statistics = { unit: 'day', first: days[0]!, last: days[2]!, tallies: some, all: tempo, tempos: [tempo], step: 100_000 }
    expect(modelRows(all).map((r) => [r.model, r.runs, r.success, r.spent, r.tempo?.median])).toEqual([['b', 10, 1, 11_000_000, 40_000], ['a', 9, 0.75, 1_150_000, undefined]])
  })

  it('know every outcome', () => {
    expect(runsOf(tally('', '', Object.fromEntries(outcomeKeys.map((key) => [key, 1]))))).toBe(6)
    expect(new Set(outcomeKeys.map(outcomeName)).size).toBe(6)
    expect(outcomeKeys.map(outcomeColour).sort()).toEqual([1, 2, 3, 4, 5, 6])
  })
})

describe('an axis', () => {
  it.each([
    [0, 1, [0, 1]], [1, 1, [0, 1]], [5, 1, [0, 1, 2, 3, 4, 5]], [6, 1, [0, 2, 4, 6]], [11, 1, [0, 5, 10, 15]], [26, 1, [0, 10, 20, 30]], [1000, 1, [0, 200, 400, 600, 800, 1000]],
    [0.23, 0.01, [0, 0.05, 0.1, 0.15, 0.2, 0.25]],
  ])('up to %s in steps of %s', (most, least, want) => expect(marks(most, least).map((n) => Math.round(n * 100) / 100)).toEqual(want))

  it('has few marks, the last of them at or above all', () => {
    for (let most = 0.01; most < 1e6; most *= 1.7) {
      const all = marks(most, 0.01)
      expect(all.length).toBeLessThanOrEqual(6)
      expect(all.at(-1)!).toBeGreaterThanOrEqual(most * (1 - 1e-9))
    }
  })

  it.each([[0, 5, []], [3, 10, [0, 1, 2]], [30, 10, [2, 5, 8, 11, 14, 17, 20, 23, 26, 29]], [31, 10, [2, 6, 10, 14, 18, 22, 26, 30]], [5, 0, [4]]])(
    'of %s periods with room for %s labels', (count, room, want) => expect(shownLabels(count, room)).toEqual(want))
})

describe('the words', () => {
  beforeAll(() => Promise.all(locales.map((l) => locale.learn(l))))
  beforeEach(() => locale.set('en'))

  it('name periods', () => {
    expect(shortLabels(['2026-11-24'], 'day')).toEqual(['Nov 24'])
    expect(shortLabels(['2026-11-01'], 'month')).toEqual(['Nov 2026'])
    expect(longLabels(['2026-11-24'], 'day')).toEqual(['Nov 24, 2026'])
    expect(longLabels(['2026-12-28'], 'week')[0]).toMatch(/^Dec 28, 2026\s–\sJan 3, 2027$/)
    expect(longLabels(['2026-11-01'], 'month')).toEqual(['November 2026'])
  })

  it('come in the language in use', async () => {
    expect(outcomeName('failed')).toBe('Failed')
    await locale.set('zh-Hant')
    expect([outcomeName('failed'), longLabels(['2026-11-01'], 'month')[0]]).toEqual(['失敗', '2026年11月'])
  })

  it('say times as long as they are', () => {
    expect([400, 4_210, 46_400, 119_000, 750_000].map(took)).toEqual(['0.4 sec', '4.2 sec', '46 sec', '119 sec', '12:30'])
  })

  it('say “about” where not all of a sum is known to be charged', () => {
    expect(money({ spent: 460_000, about: 0, unpriced: 0 })).toBe('$0.46')
    expect(money({ spent: 460_000, about: 230_000, unpriced: 0 })).toBe('about $0.46')
    expect(money({ spent: 0, about: 0, unpriced: 1 })).toBe('about $0.00')
  })
})
