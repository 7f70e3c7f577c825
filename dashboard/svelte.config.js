/** Svelte 5 reads TypeScript itself; nothing to prepare. */
export default {}
