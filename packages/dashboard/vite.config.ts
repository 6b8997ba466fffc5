import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { checkFirstView } from './build/first-view.ts';
import { serveWorld } from './dev/serve-world.ts';

export default defineConfig({
  base: '/dashboard/',
  plugins: [react(), tailwindcss(), serveWorld(), checkFirstView()],
  build: {
    target: 'es2023',
    // A file of its own for each picture: the server's policy allows no more than that.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What matters is weighed gzipped: see checkFirstView.
    chunkSizeWarningLimit: 700,
  },
});
