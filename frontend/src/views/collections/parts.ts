export { default as Collections } from './Collections.svelte'
export { default as SaveSearch } from './SaveSearch.svelte'
export { default as Shown } from './Shown.svelte'
