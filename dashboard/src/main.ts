import { mount } from 'svelte'
import App from './App.svelte'
import './theme/tokens.css'
import './theme/base.css'
import './theme/table.css'
import './theme/worklist.css'
import './theme/print.css'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no #app')
mount(App, { target })
