/** Whether stacks show as one; and which questions are one. */
import type { GalleryQuery } from '../api'
import { Kept } from './kept'

export const stacking = new Kept('gallery.stacked')

export const same = (a: GalleryQuery, b: GalleryQuery): boolean =>
  a.text === b.text && a.view === b.view && a.collection === b.collection && a.stacked === b.stacked && a.stack === b.stack
