import starlight from '@astrojs/starlight';
import { defineConfig, passthroughImageService } from 'astro/config';

import navigation from './src/generated/navigation.json' with { type: 'json' };

export default defineConfig({
  // There are no pictures to make smaller.
  image: { service: passthroughImageService() },
  integrations: [
    starlight({
      title: 'Holdfast',
      description: 'A reservation server: locks, prepaid credits and capacity, from one OpenAPI contract.',
      logo: { src: './public/mark.svg' },
      favicon: '/mark.svg',
      head: [{ tag: 'script', attrs: { src: '/accessible.js', defer: true } }],
      expressiveCode: {
        defaultProps: { frame: 'none' },
        styleOverrides: { codeFontSize: '0.8125rem', codeLineHeight: '1.5' },
      },
      customCss: ['./src/styles/site.css'],
      sidebar: navigation,
      credits: false,
    }),
  ],
});
