import { beforeEach, expect, it, vi } from 'vitest'
import { readDraft, writeDraft } from './draft'

beforeEach(() => localStorage.clear())

it('comes back as it was written', () => {
  const draft = { model: 'x/y', params: { prompt: '海浪', duration: 10 }, pictures: { first_frame: 'p' } }
  writeDraft(draft)
  expect(readDraft()).toEqual(draft)
})

it.each(['null', '7', '[]', '{"params":{}}', '{"model":', ''])('is none when what is kept makes no sense: %s', (kept) => {
  localStorage.setItem('conch.draft', kept)
  expect(readDraft()).toBeUndefined()
})

it('is whole though parts of it are missing', () => {
  localStorage.setItem('conch.draft', '{"model":"x/y"}')
  expect(readDraft()).toEqual({ model: 'x/y', params: {}, pictures: {} })
})

it('does without a storage', () => {
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => { throw new DOMException('denied') })
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new DOMException('full') })
  expect(() => writeDraft({ model: 'x/y', params: {}, pictures: {} })).not.toThrow()
  expect(readDraft()).toBeUndefined()
})
