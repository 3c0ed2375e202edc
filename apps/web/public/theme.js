// Runs before the first paint, so that a dark page never flashes white. The names are those of src/lib/theme.
(() => {
  const chosen = localStorage.getItem('keelson.theme') ?? 'system';
  const dark = chosen === 'dark' || (chosen === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
