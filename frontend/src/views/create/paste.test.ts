import { describe, expect, it } from 'vitest'
import { base64Of, mayHaveFiles, pasted } from './paste'

const clipboard = (text: string, ...files: File[]) => ({ getData: () => text, files }) as unknown as DataTransfer
const png = new File(['png'], 'image.png', { type: 'image/png' })

describe('a paste', () => {
  it('is a picture when it holds one', () => {
    expect(pasted(clipboard('', png), false)).toBe(png)
    expect(pasted(clipboard('', png), true)).toBe(png)
    expect(pasted(clipboard('', new File(['x'], 'a.txt', { type: 'text/plain' })), false)).toBeUndefined()
  })
  it('is an address only where nothing is being written', () => {
    expect(pasted(clipboard(' https://example.com/a.png '), false)).toBe('https://example.com/a.png')
    expect(pasted(clipboard('https://example.com/a.png'), true)).toBeUndefined()
    expect(pasted(clipboard('a heron'), false)).toBeUndefined()
  })
  it('stays text in a text field, whatever picture comes along', () => {
    expect(pasted(clipboard('1\t2', png), true)).toBeUndefined()
  })
  it('is a copied file, whose name comes along as text', () => {
    expect(pasted(clipboard('image.png', png), true)).toBe(png)
  })
  it('is asked of the host where it may be files', () => {
    const of = (text: string, ...types: string[]) => mayHaveFiles({ types, getData: () => text } as unknown as DataTransfer)
    expect(of('')).toBe(true)
    expect(of('', 'Files')).toBe(true)
    expect(of('', 'text/uri-list')).toBe(true)
    expect(of('/home/a/b.png', 'text/plain')).toBe(true)
    expect(of('file:///home/a/b.png', 'text/plain')).toBe(true)
    expect(of('a heron', 'text/plain')).toBe(false)
    expect(of('https://example.com/a.png', 'text/plain')).toBe(false)
  })
  it('goes to the host in base64', async () => {
    expect(await base64Of(new Blob(['conch']))).toBe(btoa('conch'))
  })
})
