import { expect, it } from 'vitest'
import { video } from '../../test/records'
import { dragFile } from '.'

it('hands the file over by an address that every name survives', () => {
  const told: string[][] = []
  const dataTransfer = { effectAllowed: '', setData: (...given: string[]) => told.push(given) }
  dragFile({ dataTransfer } as unknown as DragEvent, video('v', 1, { path: '/home/you/Vidéos 海/50 % #1?\n.mp4' }))
  expect(told).toEqual([['text/uri-list', 'file:///home/you/Vid%C3%A9os%20%E6%B5%B7/50%20%25%20%231%3F%0A.mp4']])
  expect(dataTransfer.effectAllowed).toBe('copy')
})
