/** The start: what the first view needs is fetched side by side, and nothing else. */
import './i18n/sane'
import { mount } from 'svelte'
import App from './App.svelte'
import { locale, negotiate } from './i18n'
import { keepFromPage } from './state/input-method'
import { watch } from './state/trouble'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/menu.css'

keepFromPage(window)
watch(window)
const { languages } = document.documentElement.dataset // by page.go
void locale.set(negotiate(languages ? languages.split(' ') : navigator.languages))
mount(App, { target: document.getElementById('app')! })
