import { defineConfig } from 'vite';

// File names are fixed: they become resources of the assembly. The build of the project says where they go.
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    sourcemap: true,
    outDir: process.env.DASHBOARD_OUT ?? '../obj/dashboard',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        entryFileNames: 'dashboard.js',
        chunkFileNames: '[name].js',
        assetFileNames: '[name][extname]',
      },
    },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:5080', '/openapi': 'http://127.0.0.1:5080' } },
});
