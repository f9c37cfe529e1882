import { expect, it } from 'vitest'
import { apart } from './compare-words'

const marked = (texts: string[]) => apart(texts).map((pieces) => pieces.map((p) => (p.differs ? `[${p.text}]` : p.text)).join(''))

it('marks the words that not all have', () => {
  expect(marked(['a red fox runs', 'a blue fox runs'])).toEqual(['a [red] fox runs', 'a [blue] fox runs'])
  expect(marked(['a fox', 'a fox', 'a wolf'])).toEqual(['a [fox]', 'a [fox]', 'a [wolf]'])
  expect(marked(['the same', 'the same'])).toEqual(['the same', 'the same'])
})

it('marks what one has more of, and all of what nothing answers', () => {
  expect(marked(['a fox runs at dawn', 'a fox runs'])).toEqual(['a fox runs[ at dawn]', 'a fox runs'])
  expect(marked(['', 'rain'])).toEqual(['', '[rain]'])
})

it('marks nothing of long texts that share no word, but values that differ', () => {
  expect(marked(['an old lighthouse keeper climbs', 'wet clay on the wheel'])).toEqual(['an old lighthouse keeper climbs', 'wet clay on the wheel'])
  expect(marked(['720p', '1080p'])).toEqual(['[720p]', '[1080p]'])
})

it('loses no letter of any script', () => {
  const texts = ['雪夜的胡同，红灯笼轻轻摇晃', '雨夜的胡同，红灯笼轻轻摇晃 🏮']
  expect(apart(texts).map((pieces) => pieces.map((p) => p.text).join(''))).toEqual(texts)
  expect(apart(texts)[1]!.at(-1)).toMatchObject({ differs: true })
})
