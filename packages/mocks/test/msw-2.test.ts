import { HttpHandler } from 'msw-2';
import { setupServer } from 'msw-2/node';
import type { setupServer as setupServerType } from 'msw/node';
import { vi } from 'vitest';

import { describeHandlers } from './describe-handlers.ts';

// Everything that says `msw` here, our own sources included, gets version 2.
vi.mock('msw', () => vi.importActual('msw-2'));

describeHandlers('MSW 2', setupServer as unknown as typeof setupServerType, HttpHandler);
