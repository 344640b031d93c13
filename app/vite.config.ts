import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Turns the design's pixels into rem, so that every size follows the text size of the settings. Hairlines stay. */
const pixelsToRem = {
  postcssPlugin: 'pixels-to-rem',
  Declaration(declaration: { value: string }) {
    declaration.value = declaration.value.replace(/(-?\d*\.?\d+)px\b/g, (whole, number: string) =>
      Math.abs(Number(number)) <= 2 ? whole : `${Number((Number(number) / 16).toFixed(5))}rem`,
    );
  },
};

export default defineConfig(({ mode }) => ({
  base: './',
  plugins: [svelte()],
  css: { postcss: { plugins: [pixelsToRem] } },
  resolve: {
    alias: {
      '#host': fileURLToPath(new URL(mode === 'fake' ? './src/host/fake/index.ts' : './src/host/where.ts', import.meta.url)),
    },
    conditions: ['browser'],
  },
  server: {
    fs: { allow: ['..'] },
    proxy: mode === 'fake' ? undefined : { '/api': process.env.HOPLUU_SERVE ?? 'http://127.0.0.1:7878' },
  },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false, chunkSizeWarningLimit: 1000 },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
}));
