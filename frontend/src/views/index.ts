/** The views, each of which comes when it is first shown. */
import type { Component } from 'svelte'
import { Lazy } from '../components/lazy.svelte'
import type { View } from '../state/router.svelte'
import type Help from './shell/Help.svelte'
import type Palette from './shell/Palette.svelte'

export const views: Record<View, Lazy<Component>> = {
  create: new Lazy(() => import('./create/Create.svelte')),
  queue: new Lazy(() => import('./queue/Queue.svelte')),
  gallery: new Lazy(() => import('./gallery/Gallery.svelte')),
  money: new Lazy(() => import('./money/Money.svelte')),
  statistics: new Lazy(() => import('./statistics/Statistics.svelte')),
  player: new Lazy(() => import('./player/Player.svelte')),
  compare: new Lazy(() => import('./compare/Compare.svelte')),
  settings: new Lazy(() => import('./settings/Settings.svelte')),
}
export const help = new Lazy<typeof Help>(() => import('./shell/Help.svelte'))
export const palette = new Lazy<typeof Palette>(() => import('./shell/Palette.svelte'))
/** The dialog of films that were brought; it stays mounted. */
export const films = new Lazy<Component>(() => import('./films/Films.svelte'))
export const welcome = new Lazy<Component>(() => import('./welcome/Welcome.svelte'))
