import { mount } from 'svelte'
import Phone from './Phone.svelte'
import '../theme/tokens.css'
import '../theme/base.css'
import './phone.css'

const target = document.getElementById('app')
if (!target) throw new Error('phone.html has no #app')
mount(Phone, { target })
