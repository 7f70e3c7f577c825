import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { phoneShell } from './phone-shell.ts'

/** The API serves `dist` and answers its own routes; while developing, `vite` passes those on to it. */
const api = process.env['ANJU_DEV_API'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [svelte(), phoneShell()],
  // Offices run 360 and UOS browsers: Chromium 100 is the floor.
  build: {
    target: 'chrome100',
    outDir: 'dist',
    emptyOutDir: true,
    rolldownOptions: { input: { index: 'index.html', phone: 'phone.html' } },
    modulePreload: { polyfill: false },
    // the map's program alone is larger than Vite finds well, and no other page waits for it
    chunkSizeWarningLimit: 1200,
  },
  worker: { format: 'es' },
  server: { host: '127.0.0.1', proxy: { '/api': api } },
})
